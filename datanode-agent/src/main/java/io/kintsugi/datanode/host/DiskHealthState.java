package io.kintsugi.datanode.host;

import io.kintsugi.datanode.store.BadDisk;
import io.kintsugi.datanode.store.DiskFiles;
import io.kintsugi.datanode.store.DiskProbe;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.proto.DiskHealth;
import io.kintsugi.proto.DiskReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a disk is: its space, its errors, and whether it can still be used. A write that failed leaves RocksDB refusing all later ones, so a
 * broken disk stays broken, through restarts, until an operator has it recovered ({@link DiskOpener}).
 */
final class DiskHealthState {
    private static final Logger LOG = LoggerFactory.getLogger(DiskHealthState.class);

    /** However often the space is looked at. */
    private static final long PROBE_NANOS = Duration.ofSeconds(1).toNanos();

    private final DiskHost disk;
    private final HostRuntime.Loop watch;
    private final HostRuntime.Timer nextLook;
    private final ProbeTimes probes = new ProbeTimes();
    private volatile BadDisk bad;
    private volatile boolean broken;
    private volatile long brokenNanos;
    private volatile String suspect = "";
    private long probedAt;
    private volatile boolean low;
    /** A write found no room since {@link DiskHost#resume} was last called. */
    private volatile boolean ranOut;

    private volatile long total;
    private volatile long used;

    DiskHealthState(DiskHost disk) {
        this.disk = disk;
        watch = disk.context().runtime().loop("disk-" + disk.layout().root().getFileName() + "-space", () -> {});
        nextLook = watch.timer(this::lookAgain);
        probedAt = disk.now();
        bad = disk.context().node().badDisk(disk.layout().root()).orElse(null);
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
            disk.toldOf();
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
            boolean nowLow = !probe() || free < disk.context().settings().diskReserve();
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

    /** The same small write on every disk, now and then, used or not. @return false: there is no room for it */
    private boolean probe() {
        long now = disk.now();
        if (broken || now - probedAt < PROBE_NANOS) {
            return true;
        }
        probedAt = now;
        try {
            DiskProbe.run(disk.context().files(), disk.layout().root());
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.FULL) {
                return false;
            }
            throw e;
        }
        probes.add(disk.now() - now);
        compare();
        return true;
    }

    private void compare() {
        String now = ProbeTimes.suspect(probes.median(), disk.node().probesOfOthers(disk));
        if (now.isEmpty() != suspect.isEmpty()) {
            LOG.warn("DISK_SUSPECT: disk {} {}", disk.path(), now.isEmpty() ? "is as fast as the others again" : now);
            suspect = now;
        }
    }

    /** Nanoseconds that the probe takes, or -1. */
    long probeNanos() {
        return probes.median();
    }

    // ------------------------------------------------------------------ errors (event loop)
    /**
     * Counts an error and keeps it.
     *
     * @param partitions whose work met it; none: it is the disk's as a whole
     * @return how many there are now
     */
    long count(StorageException e, Collection<Integer> partitions) {
        BadDisk now = bad == null
                ? BadDisk.none(disk.path(), disk.uuid(), disk.context().clock().millis())
                : bad;
        boolean news = false;
        for (int partition : partitions.isEmpty() ? List.of(BadDisk.NO_PARTITION) : partitions) {
            disk.context().metrics().counter("disk.errors").inc();
            news |= !now.errors().containsKey(partition);
            now = now.with(partition, e.getMessage());
        }
        bad = now;
        if (news) {
            keep(now);
            LOG.warn("DISK_ERROR: {}: partitions {}: {}", disk.path(), now.partitions(), e.getMessage());
        }
        return now.count();
    }

    /** @return false: it was given up before */
    boolean giveUp() {
        if (broken) {
            return false;
        }
        brokenNanos = disk.now();
        broken = true;
        bad = bad.givenUp();
        keep(bad);
        return true;
    }

    /** The bad disk may refuse to keep that itself, so the agent's own directory does. */
    private void keep(BadDisk now) {
        try {
            disk.context().node().keep(now);
        } catch (StorageException own) {
            LOG.error(
                    "NODE_DIRECTORY_FAILED: the errors of disk {} could not be kept: {}",
                    disk.path(),
                    own.getMessage());
        }
    }

    /** Its errors; null while there are none. */
    BadDisk bad() {
        return bad;
    }

    boolean broken() {
        return broken;
    }

    /** When it was given up: nothing was promised by its replicas since. */
    long brokenNanos() {
        return brokenNanos;
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
        BadDisk errors = bad;
        DiskReport.Builder report = DiskReport.newBuilder()
                .setDisk(disk.id())
                .setUsedBytes(used)
                .setTotalBytes(total)
                .setReserveBytes(disk.context().settings().diskReserve());
        if (errors != null) {
            report.setFirstErrorMs(errors.firstSeenMs()).addAllErrorPartitions(errors.partitions());
        }
        report.setSuspect(suspect);
        if (broken) {
            return report.setHealth(DiskHealth.DISK_BROKEN)
                    .setReadable(true)
                    .setError(errors.error())
                    .build();
        }
        return full()
                ? report.setHealth(DiskHealth.DISK_FULL)
                        .setError(low ? "less than the reserve is free" : "a write found no room")
                        .build()
                : report.build();
    }
}
