package io.kintsugi.datanode.store;

import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a disk, or formats it. A disk is known by a uuid written when it is formatted, which its log and its manifests carry too. One that
 * lost its identity or its log comes back as a new disk: what was left on it goes to {@code backup/}, and none of its old replicas can
 * pass for an in-sync one.
 */
public final class DiskFormat {
    private static final Logger LOG = LoggerFactory.getLogger(DiskFormat.class);

    /** An opened disk. */
    public record Opened(DiskLayout layout, String uuid, LogStore log, boolean formatted) {}

    private final Stores stores;
    private final DiskFiles files;
    private final Supplier<String> newUuid;

    public DiskFormat(Stores stores, DiskFiles files, Supplier<String> newUuid) {
        this.stores = stores;
        this.files = files;
        this.newUuid = newUuid;
    }

    /** @throws StorageException when the disk can't be used at all */
    public Opened open(Path root) {
        DiskLayout layout = new DiskLayout(root);
        files.createDirectories(root);
        DiskProbe.run(files, root);
        files.deleteTree(layout.copies());
        Optional<String> uuid = identity(layout);
        if (uuid.isPresent()) {
            Optional<LogStore> log = log(layout, uuid.get());
            if (log.isPresent()) {
                return new Opened(layout, uuid.get(), log.get(), false);
            }
        }
        return format(layout, uuid.orElse("unknown"));
    }

    private Optional<String> identity(DiskLayout layout) {
        try {
            return files.read(layout.identity())
                    .map(bytes -> Fields.parse(bytes).text(1));
        } catch (StorageException e) {
            return lost(layout, e);
        }
    }

    private Optional<LogStore> log(DiskLayout layout, String uuid) {
        if (!stores.exists(layout.log())) {
            LOG.warn("DISK_LOST_LOG: {} has an identity ({}) but no log", layout.root(), uuid);
            return Optional.empty();
        }
        try {
            LogStore log = stores.openLog(layout.log());
            if (log.diskUuid().equals(uuid)) {
                return Optional.of(log);
            }
            LOG.warn(
                    "DISK_LOST_LOG: the log on {} was made for disk {}, not for {}",
                    layout.root(),
                    log.diskUuid(),
                    uuid);
            log.close();
            return Optional.empty();
        } catch (StorageException e) {
            return lost(layout, e);
        }
    }

    /** Damage means that the disk is lost and made anew; any other failure is passed on, since it may be mended. */
    private static <T> Optional<T> lost(DiskLayout layout, StorageException e) {
        if (e.kind() != StorageException.Kind.REPLICA) {
            throw e;
        }
        LOG.warn("DISK_LOST_STORE: {}: {}", layout.root(), e.getMessage());
        return Optional.empty();
    }

    private Opened format(DiskLayout layout, String oldUuid) {
        String uuid = newUuid.get();
        List<Path> old = List.of(layout.identity(), layout.log(), layout.replicas());
        Path aside = layout.backup().resolve("disk-" + oldUuid + "-before-" + uuid);
        for (Path path : old) {
            if (files.exists(path) && !files.isEmpty(path)) {
                files.createDirectories(aside);
                files.move(path, aside.resolve(path.getFileName()));
            }
        }
        files.createDirectories(layout.replicas());
        LogStore log = stores.createLog(layout.log(), uuid);
        files.write(layout.identity(), new FieldWriter().text(1, uuid).toBytes());
        LOG.info("formatted disk {} as {}", layout.root(), uuid);
        return new Opened(layout, uuid, log, true);
    }
}
