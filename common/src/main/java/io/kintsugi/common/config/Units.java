package io.kintsugi.common.config;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations and sizes as people write them. */
public final class Units {
    private static final Pattern NUMBER_UNIT = Pattern.compile("(\\d{1,15})\\s*([A-Za-z]*)");
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Map<String, Long> BYTES =
            Map.of("", 1L, "B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40);

    private Units() {}

    /** Null if the text is no duration. */
    public static @Nullable Duration duration(String text) {
        Matcher matcher = NUMBER_UNIT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        long number = Long.parseLong(matcher.group(1));
        Long unit = matcher.group(2).isEmpty() && number == 0 ? Long.valueOf(1) : MILLIS.get(matcher.group(2));
        return unit == null || number > Long.MAX_VALUE / unit ? null : Duration.ofMillis(number * unit);
    }

    /** Null if the text is no size. */
    public static @Nullable Long size(String text) {
        Matcher matcher = NUMBER_UNIT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        long number = Long.parseLong(matcher.group(1));
        Long unit = BYTES.get(matcher.group(2));
        return unit == null || number > Long.MAX_VALUE / unit ? null : Long.valueOf(number * unit);
    }

    /** The shortest exact form of a duration of whole milliseconds: {@code 90s}, {@code 500ms}. */
    public static String text(Duration duration) {
        long millis = duration.toMillis();
        for (String unit : new String[] {"d", "h", "m", "s"}) {
            long size = MILLIS.get(unit);
            if (millis >= size && millis % size == 0) {
                return millis / size + unit;
            }
        }
        return millis + "ms";
    }
}
