package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Setting;
import io.kintsugi.master.transport.AdminService;
import io.kintsugi.master.transport.AdminService.Caller;
import io.kintsugi.master.view.View;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Settings under the original's names and in its units: all of a request, or nothing. */
final class SettingsPaths {
    /** The command line sends them always, empty when they aren't meant. */
    static final List<String> MEANINGLESS = List.of(
            "batchCount",
            "markDeleteRate",
            "deleteWorkerSleepMs",
            "autoRepairRate",
            "loadFactor",
            "maxDpCntLimit",
            "maxMpCntLimit");

    private enum Unit {
        NANOSECONDS,
        NUMBER,
        SWITCH
    }

    /** A parameter of {@code /admin/setNodeInfo}: what it sets, and in which unit it travels. */
    private record Known(String name, Setting setting, Unit unit) {
        /** As the setting is kept. */
        String value(Params params) {
            return switch (unit) {
                case NANOSECONDS -> Long.toString(TimeUnit.NANOSECONDS.toMillis(params.number(name)));
                case NUMBER -> Long.toString(params.number(name));
                case SWITCH -> Boolean.toString(params.flag(name));
            };
        }
    }

    private static final List<Known> KNOWN = List.of(
            new Known("decommissionLimit", Setting.DECOMMISSION_DP_LIMIT, Unit.NUMBER),
            new Known("decommissionDiskLimit", Setting.DECOMMISSION_DISK_LIMIT, Unit.NUMBER),
            new Known("dpRepairTimeOut", Setting.DP_REPAIR_TIMEOUT_MS, Unit.NANOSECONDS),
            new Known("autoDecommissionDisk", Setting.ENABLE_AUTO_DECOMMISSION, Unit.SWITCH),
            new Known("autoDecommissionDiskInterval", Setting.AUTO_DECOMMISSION_DISK_INTERVAL_MS, Unit.NANOSECONDS),
            new Known("autoDpMetaRepair", Setting.ENABLE_AUTO_DP_META_REPAIR, Unit.SWITCH),
            new Known("autoDpMetaRepairParallelCnt", Setting.AUTO_DP_META_REPAIR_PARALLEL_CNT, Unit.NUMBER),
            new Known("dpBackupTimeout", Setting.DP_BACKUP_TIMEOUT_MS, Unit.NANOSECONDS));

    private final AdminService service;

    private SettingsPaths(AdminService service) {
        this.service = service;
    }

    static void mount(Paths paths) {
        SettingsPaths verbs = new SettingsPaths(paths.service());
        paths.verb("/admin/setNodeInfo", verbs::set);
        paths.verb(
                "/admin/updateDecommissionLimit",
                (view, params, caller) -> verbs.one(
                        caller, Setting.DECOMMISSION_DP_LIMIT, Long.toString(params.number("decommissionLimit"))));
        paths.verb(
                "/admin/updateDecommissionDiskLimit",
                (view, params, caller) -> verbs.one(
                        caller,
                        Setting.DECOMMISSION_DISK_LIMIT,
                        Long.toString(params.number("decommissionDiskLimit"))));
        paths.read(
                "/admin/queryDecommissionLimit",
                (view, params) -> "decommission limit is " + view.setting(Setting.DECOMMISSION_DP_LIMIT));
        paths.verb(
                "/admin/enableAutoDecommissionDisk",
                (view, params, caller) ->
                        verbs.one(caller, Setting.ENABLE_AUTO_DECOMMISSION, Boolean.toString(params.flag("enable"))));
        paths.read(
                "/admin/queryAutoDecommissionDisk",
                (view, params) -> view.cluster().settings().on(Setting.ENABLE_AUTO_DECOMMISSION));
        paths.verb(
                "/cluster/freeze",
                (view, params, caller) ->
                        verbs.one(caller, Setting.TABLES_FROZEN, Boolean.toString(params.flag("enable"))));
    }

    private CompletableFuture<?> one(Caller caller, Setting setting, String value) {
        return service.setSettings(caller, Map.of(setting.key(), value)).thenApply(v -> setting.key() + " is " + value);
    }

    private CompletableFuture<?> set(View view, Params params, Caller caller) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Known known : KNOWN) {
            if (params.has(known.name())) {
                values.put(known.setting().key(), known.value(params));
            }
        }
        refuse(params.has("dpTimeout"), "dpTimeout", NotYet.DP_TIMEOUT_IS_OTHER);
        refuse(params.has("mpTimeout"), "mpTimeout", NotYet.SETTING_HAS_NO_MEANING);
        MEANINGLESS.forEach(name -> refuse(params.has(name), name, NotYet.SETTING_HAS_NO_MEANING));
        if (values.isEmpty()) {
            throw CubefsException.parameter("MISSING_VALUE: nothing to set: give one of "
                    + KNOWN.stream().map(Known::name).collect(Collectors.joining(", ")));
        }
        return service.setSettings(caller, values).thenApply(v -> "set " + values);
    }

    private static void refuse(boolean asked, String name, NotYet no) {
        if (asked) {
            throw no.refusal(name);
        }
    }
}
