package io.kintsugi.master.plan.repair;

import io.kintsugi.master.model.Setting;
import io.kintsugi.master.view.View;

/** What is done of itself about partitions that aren't as they should be: the switch, and beside it the mode. */
public enum Mode {
    OFF,
    /** Only said. */
    OBSERVE,
    ON;

    public static Mode of(View view) {
        if (!view.cluster().settings().on(Setting.ENABLE_AUTO_DP_META_REPAIR)) {
            return OFF;
        }
        return switch (view.cluster().settings().text(Setting.AUTO_DP_META_REPAIR_MODE)) {
            case "on" -> ON;
            case "observe" -> OBSERVE;
            default -> OFF;
        };
    }
}
