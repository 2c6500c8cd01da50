package io.kintsugi.datanode.host;

import io.kintsugi.datanode.store.BadDisk;
import io.kintsugi.datanode.store.DiskFormat;
import io.kintsugi.datanode.store.StorageErrors;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.proto.DiskRecovery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a node's disks. One that can't be opened now, not being mounted, say, is set aside, told, and tried again. One that has broken is not
 * touched again, not by a restart either, until an operator has it recovered. What concerns a disk that isn't open belongs to a loop of its
 * own, and what may hang with a disk to a thread of its own.
 */
final class DiskOpener {
    private static final Logger LOG = LoggerFactory.getLogger(DiskOpener.class);
    private static final long AGAIN_NANOS = Duration.ofSeconds(10).toNanos();

    /** Where disks are put that can be used now. */
    interface Owner {
        /** A disk that wasn't there can be used. @param before how it was told of, or null */
        void opened(DiskHost disk, UnusableDisk before);

        /** A broken disk is about to be opened. Not by the loop; it may take a while. */
        void opening(Path disk);

        /** It couldn't be. */
        void notOpened(Path disk);

        /** A disk that is told of has another error now, or another recovery. */
        void changed(UnusableDisk disk);
    }

    private final HostContext context;
    private final DiskFormat format;
    private final Owner owner;
    private final HostRuntime.Loop loop;
    private final HostRuntime.Timer timer;
    private final HostRuntime.Pool recoveries;
    /** By path. Written by the loop. */
    private volatile Map<Path, UnusableDisk> unusable = Map.of();

    DiskOpener(HostContext context, Supplier<String> newUuid, Owner owner) {
        this.context = context;
        this.format = new DiskFormat(context.stores(), context.files(), newUuid);
        this.owner = owner;
        loop = context.runtime().loop("disks", () -> {});
        timer = loop.timer(this::again);
        recoveries = context.runtime().pool("recover-", 2);
    }

    /** Those that can be used at once. The others are tried again from now on, but for the broken ones. */
    List<DiskHost> start(List<Path> paths) {
        List<DiskHost> found = new ArrayList<>();
        for (Path path : paths) {
            Optional<BadDisk> bad = context.node().badDisk(path);
            if (bad.filter(BadDisk::broken).isPresent()) {
                put(aside(path, bad.get(), null));
            } else {
                open(path).ifPresent(found::add);
            }
        }
        unusable.values().forEach(disk -> LOG.error("DISK_BROKEN: disk {} is not used: {}", disk.path(), disk.error()));
        loop.execute(this::watch);
        loop.start();
        return found;
    }

    List<UnusableDisk> unusable() {
        return List.copyOf(unusable.values());
    }

    void stop() {
        loop.stop();
        recoveries.stop();
    }

    private void put(UnusableDisk disk) {
        Map<Path, UnusableDisk> all = new LinkedHashMap<>(unusable);
        all.put(disk.path(), disk);
        unusable = all;
    }

    private UnusableDisk remove(Path path) {
        Map<Path, UnusableDisk> all = new LinkedHashMap<>(unusable);
        UnusableDisk gone = all.remove(path);
        unusable = all;
        return gone;
    }

    private UnusableDisk aside(Path path, BadDisk bad, DiskRecovery recovery) {
        UnusableDisk before = unusable.get(path);
        String uuid = bad.uuid().isEmpty() ? context.node().diskUuid(path) : bad.uuid();
        return new UnusableDisk(
                path, uuid, before == null ? 0 : before.id(), bad, recovery, before == null ? null : before.left());
    }

    private Optional<DiskHost> open(Path path) {
        try {
            return Optional.of(new DiskHost(context, openMounted(path, false)));
        } catch (StorageException e) {
            failed(path, e);
            return Optional.empty();
        }
    }

    /**
     * A path that was a mount and is none now leads into another file system: what is found there, an empty directory as a rule, is neither
     * the disk nor to be made one. A new disk that is mounted there is.
     */
    private DiskFormat.Opened openMounted(Path path, boolean wellAgain) {
        boolean mounted =
                context.files().exists(path) && !context.files().space(path).shared();
        if (!mounted && context.node().wasMounted(path)) {
            throw new StorageException(
                    StorageException.Kind.DISK,
                    "DISK_NOT_MOUNTED: nothing is mounted at " + path + ", where disk "
                            + context.node().diskUuid(path) + " was: mount it, or a new disk");
        }
        DiskFormat.Opened disk = format.open(path);
        context.node().opened(path, disk.uuid(), mounted, wellAgain);
        return disk;
    }

    /** An I/O error counts as it would on an open disk; anything else, such as a mount that is missing, may mend by itself. */
    private void failed(Path path, StorageException e) {
        UnusableDisk before = unusable.get(path);
        if (before != null && before.error().equals(e.getMessage())) {
            return;
        }
        BadDisk bad = (before == null ? context.node().badDisk(path).orElseGet(() -> unknown(path)) : before.bad())
                .with(BadDisk.NO_PARTITION, e.getMessage());
        if (StorageErrors.isIo(e)) {
            bad = bad.givenUp();
            keep(bad);
        }
        put(aside(path, bad, before == null ? null : before.recovery()));
    }

    private BadDisk unknown(Path path) {
        return BadDisk.none(
                path.toString(), context.node().diskUuid(path), context.clock().millis());
    }

    private void keep(BadDisk bad) {
        try {
            context.node().keep(bad);
        } catch (StorageException own) {
            LOG.error("NODE_DIRECTORY_FAILED: that disk {} is bad could not be kept: {}", bad.path(), own.getMessage());
        }
    }

    // ------------------------------------------------------------------ trying again (loop)
    private void watch() {
        if (unusable.values().stream().anyMatch(disk -> !disk.broken())) {
            timer.at(context.clock().nanos() + AGAIN_NANOS);
        }
    }

    private void again() {
        for (UnusableDisk disk : unusable()) {
            if (!disk.broken()) {
                open(disk.path()).ifPresent(found -> {
                    UnusableDisk before = remove(disk.path());
                    LOG.info("disk {} can be used now", disk.path());
                    owner.opened(found, before);
                });
            }
        }
        watch();
    }

    // ------------------------------------------------------------------ recovery
    /** A disk that broke while it was open, and the disk's host, which is to be closed before the disk can be opened again. Any thread. */
    void recover(DiskHost broken, long request) {
        loop.execute(() -> {
            DiskRecovery running = DiskRecovery.newBuilder().setRequest(request).build();
            BadDisk bad = broken.bad();
            UnusableDisk disk =
                    new UnusableDisk(Path.of(broken.path()), broken.uuid(), broken.id(), bad, running, broken.left());
            put(disk);
            owner.changed(disk);
            recoveries.execute(() -> {
                try {
                    broken.stop(false);
                } catch (StorageException e) {
                    LOG.warn("disk {} did not close in order: {}", disk.path(), e.getMessage());
                }
                attempt(disk, request);
            });
        });
    }

    /** A disk that isn't open. Any thread. */
    void recover(UnusableDisk known, long request) {
        loop.execute(() -> {
            UnusableDisk disk = unusable.get(known.path());
            if (disk == null) {
                return;
            }
            if (disk.recovery() != null && disk.recovery().getRequest() >= request) {
                owner.changed(disk);
                return;
            }
            DiskRecovery running = DiskRecovery.newBuilder().setRequest(request).build();
            UnusableDisk trying = aside(disk.path(), disk.bad(), running);
            put(trying);
            owner.changed(trying);
            if (trying.broken()) {
                recoveries.execute(() -> attempt(trying, request));
            } else {
                again(); // by the loop, which would try it soon anyway
                Optional.ofNullable(unusable.get(disk.path())).ifPresent(still -> stays(still, request, still.error()));
            }
        });
    }

    private void attempt(UnusableDisk disk, long request) {
        try {
            owner.opening(disk.path());
            DiskFormat.Opened opened = openMounted(disk.path(), true);
            LOG.info("DISK_RECOVERED: disk {} is used again, by an operator's word (request {})", disk.path(), request);
            boolean running = loop.execute(() -> {
                UnusableDisk before = remove(disk.path());
                owner.opened(new DiskHost(context, opened), before);
            });
            if (!running) {
                opened.log().close();
            }
        } catch (StorageException e) {
            LOG.error("DISK_NOT_RECOVERED: disk {} stays broken: {}", disk.path(), e.getMessage());
            loop.execute(() -> stays(disk, request, e.getMessage()));
        }
    }

    private void stays(UnusableDisk disk, long request, String error) {
        DiskRecovery failed =
                DiskRecovery.newBuilder().setRequest(request).setError(error).build();
        UnusableDisk still = aside(disk.path(), disk.bad().with(BadDisk.NO_PARTITION, error), failed);
        put(still);
        owner.notOpened(disk.path());
        owner.changed(still);
    }
}
