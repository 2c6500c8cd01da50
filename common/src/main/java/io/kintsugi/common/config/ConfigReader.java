package io.kintsugi.common.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Typed reads of a configuration. Every key that is read becomes a known one; {@link #done} refuses what is left over. Read once, at
 * start, by one
 * thread.
 */
public final class ConfigReader {
    private final Map<String, List<String>> values;
    private final String origin;
    private final TreeSet<String> known = new TreeSet<>();

    ConfigReader(Map<String, List<String>> values, String origin) {
        this.values = values;
        this.origin = origin;
    }

    /** @throws ConfigException MISSING_KEY */
    public String text(String key) {
        String value = raw(key);
        if (value == null || value.isEmpty()) {
            throw missing(key);
        }
        return value;
    }

    public String text(String key, String fallback) {
        String value = raw(key);
        return value == null ? fallback : value;
    }

    public @Nullable String optional(String key) {
        String value = raw(key);
        return value == null || value.isEmpty() ? null : value;
    }

    /** A non-empty list. @throws ConfigException MISSING_KEY */
    public List<String> list(String key) {
        List<String> list = list(key, List.of());
        if (list.isEmpty()) {
            throw missing(key);
        }
        return list;
    }

    public List<String> list(String key, List<String> fallback) {
        known.add(key);
        return values.getOrDefault(key, fallback);
    }

    public boolean flag(String key, boolean fallback) {
        return parse(key, fallback, "must be true or false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        });
    }

    /** A whole number within [min, max]. */
    public long number(String key, long fallback, long min, long max) {
        return parse(
                key,
                fallback,
                "must be a whole number from " + min + " to " + max,
                text -> within(longOf(text), min, max));
    }

    /** A port; 0 lets the system choose. */
    public int port(String key, int fallback) {
        return (int) number(key, fallback, 0, 65_535);
    }

    /** A number with a fraction within [min, max]. */
    public double fraction(String key, double fallback, double min, double max) {
        return parse(key, fallback, "must be a number from " + min + " to " + max, text -> {
            try {
                double value = Double.parseDouble(text);
                return value >= min && value <= max ? value : null;
            } catch (NumberFormatException e) {
                return null;
            }
        });
    }

    /** A duration such as {@code 500ms}, {@code 10s}, {@code 5m}, {@code 1h} or {@code 7d}; 0 needs no unit. */
    public Duration duration(String key, String fallback, Duration min, Duration max) {
        return parse(
                key,
                Units.duration(fallback),
                "must be a duration like 500ms, 10s, 5m, 1h or 7d, from " + Units.text(min) + " to " + Units.text(max),
                text -> {
                    Duration value = Units.duration(text);
                    return value == null || value.compareTo(min) < 0 || value.compareTo(max) > 0 ? null : value;
                });
    }

    /** A size in bytes such as {@code 4096}, {@code 64KiB}, {@code 64MiB} or {@code 2GiB}. */
    public long size(String key, String fallback, long min, long max) {
        return parse(
                key,
                Units.size(fallback),
                "must be a size like 64KiB, 64MiB or 2GiB, from " + min + " to " + max + " bytes",
                text -> within(Units.size(text), min, max));
    }

    /** To be called when everything was read. @throws ConfigException UNKNOWN_KEY for a key that nobody asked for */
    public void done() {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                String nearest = Nearest.of(key, known);
                throw new ConfigException(
                        "UNKNOWN_KEY",
                        origin + ": unknown key '" + key + "'"
                                + (nearest == null
                                        ? "; the known keys are " + String.join(", ", known)
                                        : "; did you mean '" + nearest + "'?"));
            }
        }
    }

    /** A refusal of a value, for rules that this class doesn't know. */
    public ConfigException bad(String key, String rule) {
        return new ConfigException("BAD_VALUE", origin + ": " + key + " = '" + raw(key) + "': " + rule);
    }

    private <T> T parse(String key, @Nullable T fallback, String rule, Function<String, @Nullable T> parser) {
        String text = raw(key);
        T value = text == null ? fallback : parser.apply(text);
        if (value == null) {
            throw bad(key, rule);
        }
        return value;
    }

    private @Nullable String raw(String key) {
        known.add(key);
        List<String> parts = values.get(key);
        return parts == null ? null : String.join(",", parts);
    }

    private ConfigException missing(String key) {
        return new ConfigException(
                "MISSING_KEY",
                origin + ": key '" + key + "' is needed and has no default; add '" + key + ": …' or --set " + key
                        + "=…");
    }

    private static @Nullable Long longOf(String text) {
        try {
            return Long.parseLong(text.replace("_", ""));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable Long within(@Nullable Long value, long min, long max) {
        return value == null || value < min || value > max ? null : value;
    }
}
