package io.kintsugi.datanode.host;

import io.kintsugi.datanode.store.DiskFiles;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.proto.DiskHealth;
import io.kintsugi.proto.DiskReport;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a disk is: its space, and whether it can still be used. A write that failed leaves RocksDB refusing all later ones, so a broken disk
 * stays broken until the agent is started again and its probe passes.
 */
final class DiskHealthState {
    private static final Logger LOG = LoggerFactory.getLogger(DiskHealthState.class);

    private final DiskHost disk;
    private final HostRuntime.Loop watch;
    private final HostRuntime.Timer nextLook;
    private volatile StorageException broken;
    private volatile boolean low;
    /** A write found no room since {@link DiskHost#resume} was last called. */
    private volatile boolean ranOut;

    private volatile long total;
    private volatile long used;

    DiskHealthState(DiskHost disk) {
        this.disk = disk;
        watch = disk.context().runtime().loop("disk-" + disk.layout().root().getFileName() + "-space", () -> {});
        nextLook = watch.timer(this::lookAgain);
    }

    /** Looks at the space now and then. It has a loop of its own: a disk that hangs must hold up nothing else. */
    void watch() {
        look();
        lookLater();
        watch.start();
    }

    void stop() {
        watch.stop();
    }

    private void lookAgain() {
        DiskReport before = report();
        look();
        if (!report().equals(before)) {
            disk.uplink().disk(report());
        }
        lookLater();
    }

    private void lookLater() {
        nextLook.at(disk.now() + disk.context().settings().spaceInterval().toNanos());
    }

    private void look() {
        Path root = disk.layout().root();
        try {
            if (!disk.context().files().exists(disk.layout().identity())) {
                throw new StorageException(
                        StorageException.Kind.DISK,
                        "looking at " + root + " failed: its identity file is gone: wiped, or no longer mounted");
            }
            DiskFiles.Space space = disk.context().files().space(root);
            long free = space.free();
            total = space.total();
            used = space.shared() ? replicaBytes() : total - free;
            boolean nowLow = free < disk.context().settings().diskReserve();
            if (nowLow != low) {
                LOG.warn(
                        "DISK_FULL: disk {} is {} ({} bytes free, reserve {})",
                        root,
                        nowLow ? "full" : "no longer full",
                        free,
                        disk.context().settings().diskReserve());
            }
            low = nowLow;
            if (ranOut && !nowLow) {
                ranOut = false;
                disk.loop().execute(disk::resume);
            }
        } catch (StorageException e) {
            disk.loop().execute(() -> disk.failed(null, e));
        }
    }

    /** On a disk that shares its file system with others (a test bench), only what is ours counts as used. */
    private long replicaBytes() {
        return disk.replicas().stream()
                .mapToLong(replica -> replica.report().getBytes())
                .sum();
    }

    /** Counts an error. @return true when it is the one that the disk is given up for */
    boolean broke(StorageException e) {
        if (broken != null) {
            return false;
        }
        if (e.kind() == StorageException.Kind.DISK) {
            disk.context().metrics().counter("disk.errors").inc();
            try {
                if (disk.context().node().countDiskError(disk.uuid())
                        < disk.context().settings().diskErrors()) {
                    LOG.warn("DISK_ERROR: {}: {}", disk.path(), e.getMessage());
                }
            } catch (StorageException own) {
                LOG.error(
                        "NODE_DIRECTORY_FAILED: the error count of disk {} could not be kept: {}",
                        disk.uuid(),
                        own.getMessage());
            }
        }
        broken = e;
        return true;
    }

    boolean broken() {
        return broken != null;
    }

    boolean full() {
        return low || ranOut;
    }

    /** A write found no room, whatever the last look said: the disk counts as full until the next. */
    void ranOut(StorageException e) {
        if (!full()) {
            LOG.warn("DISK_FULL: disk {} is full: {}", disk.path(), e.getMessage());
        }
        ranOut = true;
    }

    DiskReport report() {
        StorageException cause = broken;
        DiskReport.Builder report = DiskReport.newBuilder()
                .setDisk(disk.id())
                .setUsedBytes(used)
                .setTotalBytes(total)
                .setReserveBytes(disk.context().settings().diskReserve());
        if (cause != null) {
            return report.setHealth(DiskHealth.DISK_BROKEN)
                    .setError(cause.getMessage())
                    .build();
        }
        return full()
                ? report.setHealth(DiskHealth.DISK_FULL)
                        .setError(low ? "less than the reserve is free" : "a write found no room")
                        .build()
                : report.build();
    }
}
