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

    private static final List<String> OFF = List.of("autoDecommissionDisk", "autoDpMetaRepair");
    private static final List<String> NOT_YET =
            List.of("autoDecommissionDiskInterval", "autoDpMetaRepairParallelCnt", "dpBackupTimeout", "mpTimeout");

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
        paths.verb("/admin/enableAutoDecommissionDisk", (view, params, caller) -> {
            NotYet.AUTO_DECOMMISSION_NOT_YET.refuseIf(params.flag("enable"));
            return CompletableFuture.completedFuture("it is off");
        });
        paths.read("/admin/queryAutoDecommissionDisk", (view, params) -> false);
        paths.verb("/cluster/freeze", (view, params, caller) -> {
            NotYet.FREEZE_NOT_YET.refuseIf(params.flag("enable"));
            return CompletableFuture.completedFuture("it is off");
        });
    }

    private CompletableFuture<?> one(Caller caller, Setting setting, String value) {
        return service.setSettings(caller, Map.of(setting.key(), value)).thenApply(v -> setting.key() + " is " + value);
    }

    private CompletableFuture<?> set(View view, Params params, Caller caller) {
        Map<String, String> values = new LinkedHashMap<>();
        number(params, "decommissionLimit", Setting.DECOMMISSION_DP_LIMIT, values);
        number(params, "decommissionDiskLimit", Setting.DECOMMISSION_DISK_LIMIT, values);
        if (params.has("dpRepairTimeOut")) {
            long millis = TimeUnit.NANOSECONDS.toMillis(params.number("dpRepairTimeOut"));
            values.put(Setting.DP_REPAIR_TIMEOUT_MS.key(), Long.toString(millis));
        }
        boolean off = OFF.stream().filter(params::has).count() > 0;
        OFF.forEach(name -> refuse(params.flag(name, false), name, switchOf(name)));
        NOT_YET.forEach(name -> refuse(params.has(name), name, NotYet.SETTING_NOT_YET));
        refuse(params.has("dpTimeout"), "dpTimeout", NotYet.DP_TIMEOUT_IS_OTHER);
        MEANINGLESS.forEach(name -> refuse(params.has(name), name, NotYet.SETTING_HAS_NO_MEANING));
        if (values.isEmpty() && !off) {
            throw CubefsException.parameter("MISSING_VALUE: nothing to set: give one of decommissionLimit, "
                    + "decommissionDiskLimit, dpRepairTimeOut");
        }
        return values.isEmpty()
                ? CompletableFuture.completedFuture("it is off")
                : service.setSettings(caller, values).thenApply(v -> "set " + values);
    }

    private static void number(Params params, String name, Setting setting, Map<String, String> values) {
        if (params.has(name)) {
            values.put(setting.key(), Long.toString(params.number(name)));
        }
    }

    private static NotYet switchOf(String name) {
        return name.equals("autoDpMetaRepair") ? NotYet.AUTO_META_REPAIR_NOT_YET : NotYet.AUTO_DECOMMISSION_NOT_YET;
    }

    private static void refuse(boolean asked, String name, NotYet no) {
        if (asked) {
            throw no.refusal(name);
        }
    }
}
