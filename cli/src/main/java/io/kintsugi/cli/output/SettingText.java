package io.kintsugi.cli.output;

import io.kintsugi.common.config.Units;
import java.time.Duration;

/** Values of settings, for people: as they are set, and times and rates in units that need no counting of zeros. */
public final class SettingText {
    private static final String TIME = "Ms";
    private static final String RATE = "BytesPerSecond";

    private SettingText() {}

    /** {@code 7200000 (2h)}, {@code 67108864 (64.0 MiB/s)}; a zero, which means something else for each, stays alone. */
    public static String value(String key, String value) {
        boolean number = !value.isEmpty() && value.chars().allMatch(Character::isDigit) && !value.equals("0");
        if (number && key.endsWith(TIME)) {
            return value + " (" + Units.text(Duration.ofMillis(Long.parseLong(value))) + ")";
        }
        return number && key.endsWith(RATE) ? value + " (" + Human.size(Long.parseLong(value)) + "/s)" : value;
    }
}
