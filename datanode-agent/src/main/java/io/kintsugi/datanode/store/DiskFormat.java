package io.kintsugi.datanode.store;

import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
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

    private final RocksEnvironment rocks;
    private final Supplier<String> newUuid;

    public DiskFormat(RocksEnvironment rocks, Supplier<String> newUuid) {
        this.rocks = rocks;
        this.newUuid = newUuid;
    }

    /** @throws StorageException when the disk can't be used at all */
    public Opened open(Path root) {
        DiskLayout layout = new DiskLayout(root);
        DurableFiles.createDirectories(root);
        probe(root);
        DurableFiles.deleteTree(layout.copies());
        Optional<String> uuid = identity(layout);
        if (uuid.isPresent()) {
            Optional<LogStore> log = log(layout, uuid.get());
            if (log.isPresent()) {
                return new Opened(layout, uuid.get(), log.get(), false);
            }
        }
        return format(layout, uuid.orElse("unknown"));
    }

    /** Writes and removes a file, synced: a disk that refuses this is not opened. */
    private static void probe(Path root) {
        Path file = root.resolve("probe");
        DurableFiles.write(file, new byte[] {1});
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw StorageErrors.of("removing " + file, e);
        }
    }

    private static Optional<String> identity(DiskLayout layout) {
        try {
            return DurableFiles.read(layout.identity())
                    .map(bytes -> Fields.parse(bytes).text(1));
        } catch (StorageException e) {
            return lost(layout, e);
        }
    }

    private Optional<LogStore> log(DiskLayout layout, String uuid) {
        if (!Files.exists(layout.log().resolve("CURRENT"))) {
            LOG.warn("DISK_LOST_LOG: {} has an identity ({}) but no log", layout.root(), uuid);
            return Optional.empty();
        }
        try {
            LogStore log = RocksLogStore.open(rocks, layout.log());
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
            if (Files.exists(path) && !isEmpty(path)) {
                DurableFiles.createDirectories(aside);
                DurableFiles.move(path, aside.resolve(path.getFileName()));
            }
        }
        DurableFiles.createDirectories(layout.replicas());
        LogStore log = RocksLogStore.create(rocks, layout.log(), uuid);
        DurableFiles.write(layout.identity(), new FieldWriter().text(1, uuid).toBytes());
        LOG.info("formatted disk {} as {}", layout.root(), uuid);
        return new Opened(layout, uuid, log, true);
    }

    private static boolean isEmpty(Path path) {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> inside = Files.list(path)) {
            return inside.findAny().isEmpty();
        } catch (IOException e) {
            throw StorageErrors.of("listing " + path, e);
        }
    }
}
