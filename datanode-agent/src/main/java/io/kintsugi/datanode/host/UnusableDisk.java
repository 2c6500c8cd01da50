package io.kintsugi.datanode.host;

import io.kintsugi.datanode.store.BadDisk;
import io.kintsugi.proto.DiskHealth;
import io.kintsugi.proto.DiskRecovery;
import io.kintsugi.proto.DiskReport;
import io.kintsugi.proto.ReplicaReport;
import java.nio.file.Path;
import java.util.Map;

/** A disk that isn't open: it couldn't be, or it broke and nobody has had it recovered. It is reported, not used. */
public final class UnusableDisk {
    private final Path path;
    private final String uuid;
    private final BadDisk bad;
    private final DiskRecovery recovery;
    private final Left left;
    private volatile int id;

    /**
     * What this process knows of a disk that broke while it was open.
     *
     * @param brokenNanos when it closed the replicas
     * @param absent what it told of them last, by replica
     */
    record Left(long brokenNanos, Map<Long, ReplicaReport> absent) {}

    /**
     * @param uuid of the disk that was last open at this path, "" when there was none
     * @param bad its errors
     * @param recovery asked for last, or null
     * @param left null: it wasn't open since the agent was started
     */
    UnusableDisk(Path path, String uuid, int id, BadDisk bad, DiskRecovery recovery, Left left) {
        this.path = path;
        this.uuid = uuid;
        this.id = id;
        this.bad = bad;
        this.recovery = recovery;
        this.left = left;
    }

    public Path path() {
        return path;
    }

    public String uuid() {
        return uuid;
    }

    public String error() {
        return bad.error();
    }

    /** It waits for an operator's word; otherwise it is tried again now and then. */
    boolean broken() {
        return bad.broken();
    }

    private boolean recovering() {
        return recovery != null && recovery.getError().isEmpty();
    }

    BadDisk bad() {
        return bad;
    }

    DiskRecovery recovery() {
        return recovery;
    }

    Left left() {
        return left;
    }

    int id() {
        return id;
    }

    void setId(int given) {
        id = given;
    }

    public DiskReport report() {
        DiskReport.Builder report = DiskReport.newBuilder()
                .setDisk(id)
                .setHealth(DiskHealth.DISK_BROKEN)
                .setError(error())
                .setReadable(broken() && !recovering())
                .setFirstErrorMs(bad.firstSeenMs())
                .addAllErrorPartitions(bad.partitions());
        if (recovery != null) {
            report.setRecovery(recovery);
        }
        return report.build();
    }
}
