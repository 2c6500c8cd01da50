package io.kintsugi.master.model;

import java.util.Map;
import java.util.TreeMap;

/** Effective settings. {@code explicit} holds what was set, by {@link Setting#key()}. */
public record Settings(Map<String, String> explicit) {
    public static final Settings DEFAULTS = new Settings(Map.of());

    public Settings {
        explicit = Map.copyOf(explicit);
    }

    /** The number; of a choice its place among {@link Setting#choices()}. */
    public long get(Setting setting) {
        String value = explicit.get(setting.key());
        return value == null ? setting.defaultValue() : setting.parse(value);
    }

    /** Of a switch. */
    public boolean on(Setting setting) {
        return get(setting) != 0;
    }

    /** As it is shown: digits, or the word of a choice. */
    public String text(Setting setting) {
        return setting.text(get(setting));
    }

    /** Every setting with its value in force, by name. */
    public Map<String, String> effective() {
        Map<String, String> result = new TreeMap<>();
        for (Setting s : Setting.values()) {
            result.put(s.key(), text(s));
        }
        return result;
    }
}
