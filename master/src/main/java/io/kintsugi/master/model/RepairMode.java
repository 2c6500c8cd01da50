package io.kintsugi.master.model;

/** What is done of itself about partitions that aren't as they should be: the switch, and beside it the mode. */
public enum RepairMode {
    OFF,
    /** Only said. */
    OBSERVE,
    ON;

    /** The one in force. */
    public static RepairMode of(Settings settings) {
        if (!settings.on(Setting.ENABLE_AUTO_DP_META_REPAIR)) {
            return OFF;
        }
        return switch (settings.text(Setting.AUTO_DP_META_REPAIR_MODE)) {
            case "on" -> ON;
            case "observe" -> OBSERVE;
            default -> OFF;
        };
    }
}
