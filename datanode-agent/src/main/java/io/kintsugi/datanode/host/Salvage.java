package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.store.DiskLayout;
import io.kintsugi.datanode.store.Fence;
import io.kintsugi.datanode.store.LogHeader;
import io.kintsugi.datanode.store.LogStore;
import io.kintsugi.datanode.store.LogTail;
import io.kintsugi.datanode.store.ReplicaStore;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.proto.ReplicaReport;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a replica left on a broken disk, read where it lies (decision 0008). Nothing is written there. The replica is closed, and stays so until an
 * operator has the disk recovered: so its data store, written without a WAL, is what was flushed last, and the log of the disk, synced, has the rest.
 */
public final class Salvage {
    private static final Logger LOG = LoggerFactory.getLogger(Salvage.class);

    /**
     * All that there is of a replica.
     *
     * @param disk root of the disk
     * @param data directory of its data store, which nobody has open
     * @param tail the entries of its log behind what the store holds: committed all, or such as a sole voter would commit
     * @param last the last entry of all
     * @param config stored last
     */
    public record Found(Path disk, Path data, List<Entry> tail, EntryId last, Config config) {}

    private final HostContext context;
    private final DiskLayout layout;
    private final String uuid;
    private final long closedNanos;

    /** @param closedNanos when the last of the disk's replicas promised anything to anybody, at the latest */
    Salvage(HostContext context, DiskLayout layout, String uuid, long closedNanos) {
        this.context = context;
        this.layout = layout;
        this.uuid = uuid;
        this.closedNanos = closedNanos;
    }

    /**
     * Fences the replica, durably, then reads.
     *
     * @param log of the disk; the one that was open when it broke still has in memory what the disk may refuse to read
     * @param known the end of the replica's synced log, as far as this process has seen it: as much must be there
     * @throws StorageException what can't be read, and why
     * @throws IllegalStateException it isn't there, or not yet to be had
     */
    Found read(LogStore log, long replica, EntryId known, Config fence) {
        long left = closedNanos + context.options().grant() - context.clock().nanos();
        if (left > 0) {
            throw new IllegalStateException("LEASE_RUNS: what replica " + replica + " granted to a primary is over in "
                    + left / 1_000_000 + " ms");
        }
        if (!log.diskUuid().equals(uuid)) {
            throw new IllegalStateException(
                    "OTHER_DISK: at " + layout.root() + " lies disk " + log.diskUuid() + ", not " + uuid);
        }
        LogHeader header = log.header(replica)
                .filter(it -> !it.deleted() && it.config() != null)
                .orElseThrow(() -> new IllegalStateException(
                        "REPLICA_FILES_GONE: the log on " + layout.root() + " has no replica " + replica));
        if (header.config().epoch() > fence.epoch()) {
            throw new IllegalStateException("STALE_EPOCH: replica " + replica + " has stored epoch "
                    + header.config().epoch() + ", it is asked for in " + fence.epoch());
        }
        context.node().fence(new Fence(uuid, replica, fence));
        Path data = data(replica, header);
        EntryId applied = ReplicaStore.lastOf(context.stores(), data);
        if (applied.index() < header.base().index()) {
            throw new StorageException(
                    StorageException.Kind.REPLICA,
                    "REPLICA_DATA_OLD: " + data + " ends at entry " + applied.index() + ", the log begins behind "
                            + header.base().index());
        }
        EntryId last =
                log.last(replica).filter(end -> end.index() > applied.index()).orElse(applied);
        if (last.epoch() < known.epoch() || last.epoch() == known.epoch() && last.index() < known.index()) {
            throw new StorageException(
                    StorageException.Kind.REPLICA,
                    "LOG_CUT_SHORT: the log of replica " + replica + " on " + layout.root() + " ends at " + last + ", "
                            + known + " was synced");
        }
        List<Entry> tail = LogTail.of(log, replica, applied.index() + 1, last.index());
        LOG.info(
                "SALVAGE_OFFERED replica={} data={} flushed={} entries={} epoch={}",
                replica,
                data,
                applied.index(),
                tail.size(),
                fence.epoch());
        return new Found(layout.root(), data, tail, last, header.config());
    }

    /** @param told of it; null: nothing */
    static IllegalStateException notLost(long replica, Path disk, ReplicaReport told) {
        return new IllegalStateException("NOT_LOST: replica " + replica + " on " + disk + " is "
                + (told == null ? "not lost" : told.getState().toString()));
    }

    /** A checkpoint whose install was decided counts as installed, wherever it lies. */
    private Path data(long replica, LogHeader header) {
        if (!header.installing().isEmpty()) {
            Path incoming = layout.replica(header.partition(), replica).resolve(header.installing());
            if (context.files().exists(incoming)) {
                return incoming;
            }
        }
        return layout.data(header.partition(), replica);
    }
}
