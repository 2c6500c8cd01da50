package io.kintsugi.master.transport;

import io.kintsugi.master.driver.ControlLoop;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.view.BackupFacts;
import io.kintsugi.master.view.View;
import io.kintsugi.proto.BackupTask;
import io.kintsugi.proto.NodeDown;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Backups of replicas that were removed by force: what there is, and what operators can do with it. */
public final class BackupService {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Supplier<View> view;
    private final ControlLoop loop;

    BackupService(Supplier<View> view, ControlLoop loop) {
        this.view = view;
        this.loop = loop;
    }

    /** A backup; {@code expiresAt} null: never. */
    record BackupRow(
            long replica,
            String partition,
            int partitionId,
            String disk,
            long bytes,
            String keptAt,
            String expiresAt,
            long epoch,
            long lastEpoch,
            long lastIndex) {}

    static List<BackupRow> rows(View view, Node node) {
        return view.reports().backups(node.id()).stream().map(b -> row(view, b)).toList();
    }

    static BackupRow row(View view, BackupFacts b) {
        return new BackupRow(
                b.replica(),
                view.cluster()
                        .partition(b.partition())
                        .map(view::partitionName)
                        .orElse(Integer.toString(b.partition())),
                b.partition(),
                view.diskName(b.disk()),
                b.bytes(),
                Rows.time(b.keptAtMillis()),
                Rows.time(b.keptAtMillis() + view.setting(Setting.DP_BACKUP_TIMEOUT_MS)),
                b.epoch(),
                b.lastEpoch(),
                b.lastIndex());
    }

    static BackupFacts find(View view, Node node, long replica) {
        return view.reports().backups(node.id()).stream()
                .filter(b -> b.replica() == replica)
                .findFirst()
                .orElseThrow(() -> ApiException.notFound(
                        "NO_SUCH_BACKUP",
                        "datanode " + node.name() + " keeps no backup of replica " + replica + "; it keeps "
                                + view.reports().backups(node.id()).stream()
                                        .map(BackupFacts::replica)
                                        .toList()));
    }

    /** Completes when the datanode keeps it no more. */
    public CompletableFuture<Void> remove(BackupFacts b) {
        BackupTask.Builder task = task(b);
        loop.send(b.node(), NodeDown.newBuilder().setRemoveBackup(task));
        return until(b, v -> !v.reports().backups(b.node()).contains(b));
    }

    /**
     * Completes when the replica is there again: a candidate of a forced recovery. Only of a partition that doesn't serve: elsewhere it would
     * be deleted at once, being none of its members.
     */
    public CompletableFuture<Void> restore(BackupFacts b) {
        View now = view.get();
        Partition p = now.cluster()
                .partition(b.partition())
                .orElseThrow(() -> ApiException.notFound(
                        "NO_SUCH_PARTITION",
                        "partition " + b.partition() + " is there no more: its table was removed"));
        if (now.served(p)) {
            throw new ApiException(
                    409,
                    "PARTITION_SERVES",
                    "partition " + now.partitionName(p) + " is served: a replica of an older time has no place in it",
                    Map.of());
        }
        loop.send(b.node(), NodeDown.newBuilder().setRestoreBackup(task(b)));
        return until(b, v -> v.reports().replica(b.replica()).isPresent());
    }

    private static BackupTask.Builder task(BackupFacts b) {
        return BackupTask.newBuilder().setReplica(b.replica()).setDisk(b.disk());
    }

    private CompletableFuture<Void> until(BackupFacts b, Predicate<View> done) {
        return loop.when(done, PATIENCE).thenAccept(did -> {
            if (!did) {
                throw new ApiException(
                        504,
                        "DATANODE_SILENT",
                        "the datanode was told, and hasn't said that it has done it: ask again what it keeps",
                        Map.of());
            }
        });
    }
}
