package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Table;
import io.kintsugi.master.transport.AdminService;
import io.kintsugi.master.transport.AdminService.Caller;
import io.kintsugi.master.view.View;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** {@code /vol/…} and what else is about volumes, which are tables here. */
final class VolumePaths {
    private static final int DEFAULT_REPLICAS = 3;
    private static final int DEFAULT_PARTITIONS = 3;

    private final AdminService service;

    private VolumePaths(AdminService service) {
        this.service = service;
    }

    static void mount(Paths paths) {
        VolumePaths verbs = new VolumePaths(paths.service());
        paths.read("/vol/list", (view, params) -> VolumeJson.list(view, params.text("keywords", "")));
        paths.read("/admin/getVol", (view, params) -> VolumeJson.info(view, Find.table(view, params)));
        paths.read("/client/partitions", (view, params) -> VolumeJson.partitions(view, Find.table(view, params)));
        paths.verb("/admin/createVol", verbs::create);
        paths.verb("/vol/delete", verbs::delete);
    }

    private CompletableFuture<?> create(View view, Params params, Caller caller) {
        String name = params.text("name");
        String owner = params.text("owner");
        int replicas = params.count("replicaNum", 0);
        int partitions = params.count("dpCount", DEFAULT_PARTITIONS);
        return service.createTable(
                        caller,
                        new AdminService.NewTable(
                                name,
                                partitions,
                                replicas == 0 ? DEFAULT_REPLICAS : replicas,
                                1,
                                owner,
                                params.number("capacity", 0)))
                .thenApply(t -> "table " + t.name() + " of " + t.owner() + " has " + t.partitions() + " partitions");
    }

    /** It is kept for a time, as every table that is dropped; taking that back isn't built. */
    private CompletableFuture<?> delete(View view, Params params, Caller caller) {
        String given = params.text("authKey");
        Table table = Find.table(view, params);
        if (!params.flag("delete", true)) {
            throw CubefsException.refused("UNDELETE_NOT_YET", "a table that was dropped can't be taken back yet");
        }
        if (!given.toLowerCase(Locale.ROOT).equals(md5(table.owner()))) {
            throw new CubefsException(
                    Codes.AUTH_KEY_MISMATCH,
                    "AUTH_KEY_MISMATCH: authKey isn't the MD5 of the owner of '" + table.name() + "'");
        }
        return service.dropTable(caller, table.name()).thenApply(t -> "table " + t.name() + " is dropped");
    }

    /** What the original's clients prove with that they have the owner's name. */
    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
