package io.kintsugi.master.transport;

import io.kintsugi.common.config.Nearest;
import io.kintsugi.master.model.Setting;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What is said of a setting that there is none of. */
public final class SettingNames {
    /** Whoever gives a longer name didn't mistype one: comparing it would only take time. */
    private static final int LONGEST = 64;

    private SettingNames() {}

    /** A sentence that names the one that was probably meant, or where all are shown. */
    public static String unknown(String name) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (Setting s : Setting.values()) {
            keys.put(plain(s.key()), s.key());
        }
        String nearest = name.length() > LONGEST ? null : Nearest.of(plain(name), keys.keySet());
        return "there is no setting '" + name + "'; "
                + (nearest == null
                        ? "kintsugi cluster get (GET /v1/settings) shows all of them"
                        : "did you mean '" + keys.get(nearest) + "'?");
    }

    /** As settings are found: neither case nor underscores matter. */
    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }
}
