package io.kintsugi.datanode.host;

import io.kintsugi.datanode.store.BadDisk;
import io.kintsugi.proto.DiskHealth;
import io.kintsugi.proto.DiskRecovery;
import io.kintsugi.proto.DiskReport;
import java.nio.file.Path;

/** A disk that isn't open: it couldn't be, or it broke and nobody has had it recovered. It is reported, not used. */
public final class UnusableDisk {
    private final Path path;
    private final String uuid;
    private final BadDisk bad;
    private final DiskRecovery recovery;
    private volatile int id;

    /**
     * @param uuid of the disk that was last open at this path, "" when there was none
     * @param bad its errors
     * @param recovery asked for last, or null
     */
    UnusableDisk(Path path, String uuid, int id, BadDisk bad, DiskRecovery recovery) {
        this.path = path;
        this.uuid = uuid;
        this.id = id;
        this.bad = bad;
        this.recovery = recovery;
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

    BadDisk bad() {
        return bad;
    }

    DiskRecovery recovery() {
        return recovery;
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
                .setReadable(broken())
                .setFirstErrorMs(bad.firstSeenMs())
                .addAllErrorPartitions(bad.partitions());
        if (recovery != null) {
            report.setRecovery(recovery);
        }
        return report.build();
    }
}
