package io.kintsugi.datanode.store;

import io.kintsugi.datanode.store.StorageException.Kind;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replicas of an opened disk: what can be opened, what is lost, and what is left over from something that never finished. */
public final class DiskContents {
    private static final Logger LOG = LoggerFactory.getLogger(DiskContents.class);

    private final DiskFiles files;
    private final Stores stores;
    private final DiskLayout layout;
    private final LogStore log;
    private final String diskUuid;

    public DiskContents(DiskFiles files, Stores stores, DiskFormat.Opened disk) {
        this.files = files;
        this.stores = stores;
        layout = disk.layout();
        log = disk.log();
        diskUuid = disk.uuid();
    }

    /**
     * Removes directories that no header names as present: a creation that never finished, or a deletion that did only half. A replica's
     * header is written after its files, and marked deleted before they go, so such a directory holds nothing that was promised to anybody.
     */
    public void tidy(Map<Long, LogHeader> headers) {
        files.deleteTree(layout.trash());
        for (Path directory : files.directories(layout.replicas())) {
            long replica = replicaOf(directory);
            LogHeader header = headers.get(replica);
            if (header != null && header.deleted() && isBackup(directory)) {
                LOG.info("{} was on its way to the backups", directory);
                files.createDirectories(layout.backup());
                files.move(directory, layout.backup().resolve(directory.getFileName()));
            } else if (header == null || header.deleted()) {
                LOG.info("removing {}: no replica of this disk", directory);
                files.deleteTree(directory);
            }
        }
    }

    private boolean isBackup(Path directory) {
        try {
            return BackupNote.read(files, directory).isPresent();
        } catch (StorageException e) {
            LOG.warn("BACKUP_DAMAGED: {}: {}", directory, e.getMessage());
            return true;
        }
    }

    /**
     * Finishes an install that was decided before a crash, and checks that the replica's files are all there and its own.
     *
     * @return what its manifest says
     * @throws StorageException REPLICA: lost, for the reason in the message
     */
    public Manifest check(long replica, LogHeader header) {
        Path directory = layout.replica(header.partition(), replica);
        Path data = layout.data(header.partition(), replica);
        if (!header.installing().isEmpty()) {
            replaceData(data, directory.resolve(header.installing()));
        }
        files.directories(directory).stream()
                .filter(path -> path.getFileName().toString().startsWith(DiskLayout.INCOMING))
                .forEach(files::deleteTree);
        if (!stores.exists(data)) {
            throw new StorageException(
                    Kind.REPLICA,
                    "REPLICA_FILES_GONE: " + data + " has no data store, though the disk's log knows the replica");
        }
        Optional<Manifest> manifest = Manifest.read(files, directory);
        if (manifest.isEmpty()
                || manifest.get().replica() != replica
                || !manifest.get().diskUuid().equals(diskUuid)) {
            throw new StorageException(
                    Kind.REPLICA,
                    "REPLICA_FILES_GONE: " + directory + " has no manifest of replica " + replica + " on disk "
                            + diskUuid);
        }
        return manifest.get();
    }

    /** Puts a downloaded checkpoint in the data's place; harmless to repeat. */
    public void replaceData(Path data, Path incoming) {
        if (files.exists(incoming)) {
            files.deleteTree(data);
            files.move(incoming, data);
        }
    }

    /** The applied entry must join up with the log: a data store older than what was freed by it has lost something. */
    public void checkJoins(long replica, LogHeader header, ReplicaStore store) {
        long applied = store.applied().index();
        if (applied < header.base().index()) {
            throw new StorageException(
                    Kind.REPLICA,
                    "REPLICA_DATA_OLD: the data of replica " + replica + " ends at " + applied
                            + ", its log begins behind " + header.base().index());
        }
        log.last(replica).ifPresent(last -> log.epochAt(replica, last.index()));
    }

    private static long replicaOf(Path directory) {
        String name = directory.getFileName().toString();
        try {
            return Long.parseLong(name.substring(name.indexOf('-') + 1));
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
