package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.store.LogHeader;
import io.kintsugi.datanode.store.ReplicaStore;
import io.kintsugi.datanode.store.StorageException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes one replica and opens it anew, as a start of the datanode does with all: it comes back without a role, says so, and the master gives
 * it one by a higher epoch. One that was lost or has stopped is tried again. Belongs to the disk's event loop.
 */
final class ReplicaReload {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaReload.class);

    private final DiskHost disk;
    private final ReplicaFiles files;
    private final Set<Long> underWay = new HashSet<>();

    ReplicaReload(DiskHost disk, ReplicaFiles files) {
        this.disk = disk;
        this.files = files;
    }

    /**
     * @param change what becomes of the stored configuration meanwhile: nothing, but in drills
     * @param answer completes with the replica as it is now, or exceptionally with {@link ReloadException}
     */
    void reload(long replica, UnaryOperator<Config> change, CompletableFuture<ReplicaHost> answer) {
        Optional<ReplicaHost> open =
                disk.replicas().stream().filter(r -> r.id() == replica).findFirst();
        LogHeader header = open.map(r -> r.effects().header())
                .or(() -> disk.log().header(replica))
                .orElse(null);
        String refusal = refusal(replica, open.orElse(null), header);
        if (refusal != null) {
            answer.completeExceptionally(new ReloadException(refusal));
            return;
        }
        LogHeader changed;
        try {
            changed = header.withConfig(change.apply(header.config()));
        } catch (IllegalArgumentException e) {
            answer.completeExceptionally(new ReloadException("NO_SUCH_CHANGE: " + e.getMessage()));
            return;
        }
        underWay.add(replica);
        open.ifPresent(host -> {
            host.close("RELOADING: the replica is being reloaded");
            disk.forgetUnflushed(host);
        });
        // written after all that the closed machine had handed over
        LogHeader write = changed.equals(header) ? null : changed;
        disk.submit(new LogOp(replica, write, 0, 0, List.of(), true, () -> reopen(replica, open.orElse(null), answer)));
        answer.whenComplete((host, failure) -> disk.loop().execute(() -> underWay.remove(replica)));
    }

    private String refusal(long replica, ReplicaHost open, LogHeader header) {
        if (header == null || header.deleted() || header.config() == null) {
            return "NO_SUCH_REPLICA: disk " + disk.path() + " has no replica " + replica;
        }
        if (disk.isBroken()) {
            return "DISK_BROKEN: disk " + disk.path() + " is given up: "
                    + disk.report().getError();
        }
        if (disk.isFull()) {
            return "DISK_FULL: disk " + disk.path()
                    + " is full: a replica that waits for room is opened when there is some";
        }
        if (underWay.contains(replica)) {
            return "ALREADY_RELOADING: replica " + replica + " is being reloaded";
        }
        return open != null && open.effects().installing()
                ? "COPY_INSTALLING: a copy is just being put in place in replica " + replica + ": ask again"
                : null;
    }

    /** Beside the loop, after whatever else was to be done for this replica: its store is closed, or is closed here. */
    private void reopen(long replica, ReplicaHost closed, CompletableFuture<ReplicaHost> answer) {
        disk.slowly(replica, () -> {
            try {
                LogHeader header = disk.log().header(replica).orElse(null);
                if (header == null || header.deleted()) {
                    answer.completeExceptionally(new ReloadException("NO_SUCH_REPLICA: it was deleted meanwhile"));
                    return;
                }
                if (closed != null && closed.store() != null) {
                    closed.store().close();
                    closed.swapStore(null);
                }
                ReplicaStore store = files.openFiles(replica, header);
                if (closed != null) {
                    closed.swapStore(store); // so that whoever deletes the replica closes this store too
                }
                if (!disk.loop().execute(() -> reopened(replica, closed, header, store, answer))) {
                    store.close();
                }
            } catch (StorageException e) {
                disk.loop().execute(() -> failed(replica, closed, e, answer));
            }
        });
    }

    private void reopened(
            long replica,
            ReplicaHost closed,
            LogHeader header,
            ReplicaStore store,
            CompletableFuture<ReplicaHost> answer) {
        boolean gone = closed == null
                ? disk.removeAbsent(replica) == null
                : !disk.replicas().contains(closed);
        if (gone) {
            if (closed == null) {
                store.close();
            }
            answer.completeExceptionally(new ReloadException("NO_SUCH_REPLICA: it was deleted meanwhile"));
            return;
        }
        ReplicaHost fresh = files.takeUp(replica, header, store);
        LOG.info(
                "REPLICA_RELOADED partition={} replica={} epoch={} disk={}",
                fresh.partition(),
                replica,
                fresh.status().epoch(),
                disk.path());
        answer.complete(fresh);
    }

    private void failed(long replica, ReplicaHost closed, StorageException e, CompletableFuture<ReplicaHost> answer) {
        if (closed != null && disk.replicas().contains(closed)) {
            files.notReopened(closed, e);
        } else {
            disk.failedToOpen(e);
        }
        answer.completeExceptionally(new ReloadException("REPLICA_LOST: " + e.getMessage()));
    }
}
