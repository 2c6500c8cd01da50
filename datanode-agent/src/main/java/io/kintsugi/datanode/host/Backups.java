package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.store.BackupNote;
import io.kintsugi.datanode.store.DiskFiles;
import io.kintsugi.datanode.store.LogHeader;
import io.kintsugi.datanode.store.LogStore;
import io.kintsugi.datanode.store.LogTail;
import io.kintsugi.datanode.store.ReplicaStore;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.proto.BackupReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replicas of one disk that were removed by force: kept under {@code backup/} until their time is over, or somebody removes them or puts them
 * back. Belongs to the event loop unless it says otherwise; files are touched in the replica's lane.
 */
final class Backups {
    private static final Logger LOG = LoggerFactory.getLogger(Backups.class);
    private static final long LOOK_AGAIN = Duration.ofMinutes(1).toNanos();
    private final DiskHost disk;
    private final DiskFiles files;
    private final Map<Long, BackupNote> kept = new ConcurrentHashMap<>();
    private final HostRuntime.Timer timer;

    Backups(DiskHost disk) {
        this.disk = disk;
        files = disk.context().files();
        timer = disk.loop().timer(this::expire);
    }

    /** What lies there at start. Called before the event loop runs. */
    void find() {
        for (Path directory : files.directories(disk.layout().backup())) {
            try {
                BackupNote.read(files, directory).ifPresent(note -> kept.put(note.replica(), note));
            } catch (StorageException e) {
                LOG.warn("BACKUP_DAMAGED: {} is left alone: {}", directory, e.getMessage());
            }
        }
    }

    /** Once the event loop runs. Looks when the first is due, and now and then before, since the wall clock may be set. */
    void watch() {
        if (!kept.isEmpty()) {
            timer.at(disk.now() + Math.min(LOOK_AGAIN, untilDue()));
        }
    }

    private long untilDue() {
        long keep = disk.node().backupMillis();
        long oldest =
                kept.values().stream().mapToLong(BackupNote::keptAtMillis).min().orElse(millis());
        return keep < 0 ? LOOK_AGAIN : TimeUnit.MILLISECONDS.toNanos(Math.max(1, oldest - millis() + keep));
    }

    /** Any thread. */
    List<BackupReport> reports() {
        List<BackupReport> all = new ArrayList<>();
        for (BackupNote n : kept.values()) {
            all.add(BackupReport.newBuilder()
                    .setReplica(n.replica())
                    .setPartition(n.partition())
                    .setDisk(disk.id())
                    .setBytes(n.bytes())
                    .setKeptAtMs(n.keptAtMillis())
                    .setEpoch(n.config() == null ? 0 : n.config().epoch())
                    .setLastEpoch(n.last().epoch())
                    .setLastIndex(n.last().index())
                    .build());
        }
        return all;
    }

    // ------------------------------------------------------------------ keeping (the replica's lane)
    /**
     * Makes the directory of a replica that still has its log a backup: from here on it is one, wherever it lies.
     *
     * @param store closed by this
     */
    void note(long replica, int partition, ReplicaStore store, LogHeader header, Path directory) {
        store.flush();
        EntryId applied = store.applied();
        long bytes = store.bytes();
        store.close();
        LogStore log = disk.log();
        EntryId last =
                log.last(replica).filter(end -> end.index() > applied.index()).orElse(applied);
        List<Entry> entries = LogTail.of(log, replica, applied.index() + 1, last.index());
        long size = bytes + entries.stream().mapToLong(Entry::bytes).sum();
        new BackupNote(replica, partition, size, millis(), header.config(), applied, last)
                .write(files, directory, entries);
    }

    /** The directory lies under {@code backup/} now. One whose files were lost already is kept as it is. */
    void moved(long replica, int partition, Path directory) {
        BackupNote note = BackupNote.read(files, directory).orElseGet(() -> {
            BackupNote bare = new BackupNote(replica, partition, 0, millis(), null, EntryId.NONE, EntryId.NONE);
            bare.write(files, directory, List.of());
            return bare;
        });
        disk.loop().execute(() -> {
            kept.put(replica, note);
            LOG.info("keeping replica {} of partition {} as a backup on {}", replica, partition, disk.path());
            disk.node().backupsChanged();
            watch();
        });
    }

    private long millis() {
        return disk.context().clock().millis();
    }

    private Path place(BackupNote note) {
        return disk.layout().backup().resolve(note.partition() + "-" + note.replica());
    }

    // ------------------------------------------------------------------ going
    /** Those whose time is over. How long that is, the master says; before it has, none is. */
    void expire() {
        long keep = disk.node().backupMillis();
        for (BackupNote note : List.copyOf(kept.values())) {
            if (keep >= 0 && millis() - note.keptAtMillis() >= keep) {
                remove(note.replica());
            }
        }
        watch();
    }

    void remove(long replica) {
        BackupNote note = kept.remove(replica);
        if (note != null) {
            disk.slowly(replica, () -> {
                files.deleteTree(place(note));
                LOG.info("removed the backup of replica {} of partition {}", replica, note.partition());
            });
            disk.node().backupsChanged();
        }
    }

    // ------------------------------------------------------------------ putting back
    /** It is here again as it was. What becomes of it is the master's to say: chosen by a recovery, or deleted. */
    void restore(long replica) {
        BackupNote note = kept.get(replica);
        if (note == null || disk.holds(replica) || disk.isBroken()) {
            disk.node().backupsChanged();
            return;
        }
        if (note.config() == null) {
            LOG.warn("BACKUP_NOT_WHOLE: replica {} was lost when it was removed: it can't be put back", replica);
            return;
        }
        kept.remove(replica);
        disk.slowly(replica, () -> {
            Path directory = disk.layout().replica(note.partition(), replica);
            List<Entry> entries = BackupNote.log(files, place(note));
            files.move(place(note), directory);
            LogHeader header =
                    LogHeader.fresh(note.partition()).withConfig(note.config()).withBase(note.applied());
            disk.loop()
                    .execute(() -> disk.submit(
                            new LogOp(replica, header, 0, 0, entries, true, () -> opened(note, header, directory))));
        });
    }

    private void opened(BackupNote note, LogHeader header, Path directory) {
        disk.slowly(note.replica(), () -> {
            Config config = note.config();
            ReplicaStore store =
                    ReplicaStore.open(disk.context().stores(), disk.layout().data(note.partition(), note.replica()));
            BackupNote.remove(files, directory);
            disk.loop().execute(() -> {
                ReplicaHost host = new ReplicaHost(disk, note.replica(), header, store);
                disk.register(host);
                disk.changed(host, true);
                host.opened();
                LOG.info(
                        "replica {} of partition {} is back from its backup, at epoch {}",
                        note.replica(),
                        note.partition(),
                        config.epoch());
                disk.node().backupsChanged();
            });
        });
    }
}
