package io.kintsugi.master.transport.cubefs;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times, durations and shares as the original writes them. Times are UTC. */
final class GoText {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;

    private GoText() {}

    /** {@code 2h0m0s}, {@code 10s}, {@code 1.5s}, {@code 250ms}, {@code 0s}. */
    static String duration(long millis) {
        if (millis == 0) {
            return "0s";
        }
        if (millis < SECOND) {
            return millis + "ms";
        }
        StringBuilder text = new StringBuilder();
        if (millis >= HOUR) {
            text.append(millis / HOUR).append('h');
        }
        if (millis >= MINUTE) {
            text.append(millis % HOUR / MINUTE).append('m');
        }
        long fraction = millis % SECOND;
        text.append(millis % MINUTE / SECOND);
        if (fraction != 0) {
            text.append(String.format(Locale.ROOT, ".%03d", fraction).replaceAll("0+$", ""));
        }
        return text.append('s').toString();
    }

    /** {@code 16.66%}; cut, not rounded. */
    static String percent(double percent) {
        return String.format(Locale.ROOT, "%.2f%%", Math.floor(percent * 100) / 100);
    }

    /** {@code 2024-09-19 19:59:08}; never (0) is the year 1. */
    static String clock(long millis) {
        return millis == 0 ? "0001-01-01 00:00:00" : CLOCK.format(Instant.ofEpochMilli(millis));
    }

    /** {@code 2024-09-19 19:59:08 +0000 UTC}; "" for never. */
    static String zoned(long millis) {
        return millis == 0 ? "" : clock(millis) + " +0000 UTC";
    }

    /** RFC 3339, in whole seconds; never is the year 1. */
    static String rfc3339(long millis) {
        return clock(millis).replace(' ', 'T') + "Z";
    }
}
