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
        /** As the setting is kept. What it can't be is refused by the parameter's name. */
        String value(Params params) {
            String value =
                    switch (unit) {
                        case NANOSECONDS -> Long.toString(millis(params));
                        case NUMBER -> Long.toString(params.number(name));
                        case SWITCH -> Boolean.toString(params.flag(name));
                    };
            setting.check(value).ifPresent(wrong -> {
                throw CubefsException.parameter("parameter " + name + " is '" + params.text(name) + "': " + wrong);
            });
            return value;
        }

        /** Less than a second is meant in another unit: taken for nanoseconds it would be next to 0, by which nothing is kept or waited for. */
        private long millis(Params params) {
            long nanos = params.number(name);
            if (nanos > 0 && nanos < TimeUnit.SECONDS.toNanos(1)) {
                throw CubefsException.parameter("parameter " + name + " is '" + nanos
                        + "': it is in nanoseconds, and must be 0 or a second (1000000000) at least");
            }
            return TimeUnit.NANOSECONDS.toMillis(nanos);
        }
    }

    private static final Known DP_LIMIT = new Known("decommissionLimit", Setting.DECOMMISSION_DP_LIMIT, Unit.NUMBER);
    private static final Known DISK_LIMIT =
            new Known("decommissionDiskLimit", Setting.DECOMMISSION_DISK_LIMIT, Unit.NUMBER);
    private static final List<Known> KNOWN = List.of(
            DP_LIMIT,
            DISK_LIMIT,
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
        verbs.one(paths, "/admin/updateDecommissionLimit", DP_LIMIT);
        verbs.one(paths, "/admin/updateDecommissionDiskLimit", DISK_LIMIT);
        paths.read(
                "/admin/queryDecommissionLimit",
                (view, params) -> "decommission limit is " + view.setting(Setting.DECOMMISSION_DP_LIMIT));
        verbs.one(
                paths,
                "/admin/enableAutoDecommissionDisk",
                new Known("enable", Setting.ENABLE_AUTO_DECOMMISSION, Unit.SWITCH));
        paths.read(
                "/admin/queryAutoDecommissionDisk",
                (view, params) -> view.cluster().settings().on(Setting.ENABLE_AUTO_DECOMMISSION));
        verbs.one(paths, "/cluster/freeze", new Known("enable", Setting.TABLES_FROZEN, Unit.SWITCH));
    }

    /** A path for one setting alone. */
    private void one(Paths paths, String path, Known known) {
        String key = known.setting().key();
        paths.verb(path, (view, params, caller) -> {
            String value = known.value(params);
            return service.setSettings(caller, Map.of(key, value)).thenApply(v -> key + " is " + value);
        });
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
