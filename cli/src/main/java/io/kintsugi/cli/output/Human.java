package io.kintsugi.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Numbers and times as people read them. A value that isn't there is {@code -}. */
public final class Human {
    private static final String NONE = "-";
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private Human() {}

    /** {@code 1.5 GiB}. */
    public static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    /** {@link #size(long)} of a number in JSON. */
    public static String size(JsonNode bytes) {
        return bytes.isNumber() ? size(bytes.asLong()) : NONE;
    }

    /** An ISO-8601 time in the reader's zone, to the second. */
    public static String time(JsonNode iso, ZoneId zone) {
        if (!iso.isTextual() || iso.asText().isEmpty()) {
            return NONE;
        }
        try {
            return TIME.withZone(zone).format(Instant.parse(iso.asText()));
        } catch (DateTimeParseException e) {
            return iso.asText();
        }
    }

    /** {@code 56.3 MiB/s} of a number in JSON. */
    public static String rate(JsonNode bytesPerSecond) {
        return bytesPerSecond.isNumber() ? size(bytesPerSecond.asLong()) + "/s" : NONE;
    }

    /** {@link #duration(long)} of a number of seconds in JSON. */
    public static String seconds(JsonNode seconds) {
        return seconds.isNumber() ? duration(Math.round(seconds.asDouble() * 1000)) : NONE;
    }

    /** {@code 1 master}, {@code 3 masters}. */
    public static String count(long number, String one) {
        return number + " " + one + (number == 1 ? "" : "s");
    }

    /** {@code 850 ms}, {@code 12.3 s}, {@code 4 m 05 s}, {@code 2 h 05 m}. */
    public static String duration(long millis) {
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        if (millis < 3_600_000) {
            return String.format(Locale.ROOT, "%d m %02d s", millis / 60_000, millis / 1000 % 60);
        }
        return String.format(Locale.ROOT, "%d h %02d m", millis / 3_600_000, millis / 60_000 % 60);
    }

    /** Text of a scalar; {@code -} when missing, null or empty; an array with commas. */
    public static String text(JsonNode node) {
        if (node.isArray()) {
            return node.isEmpty() ? NONE : String.join(", ", Json.texts(node));
        }
        String text = node.isContainerNode() ? Json.compact(node) : node.asText("");
        return node.isNull() || text.isEmpty() ? NONE : text;
    }

    /** {@code yes}, {@code no} or {@code -}. */
    public static String yesNo(JsonNode node) {
        return node.isBoolean() ? (node.asBoolean() ? "yes" : "no") : NONE;
    }
}
