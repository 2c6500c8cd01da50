package io.kintsugi.chaos.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.fault.FaultShim.Op;
import java.util.List;

/** Every call on a disk in use fails with EIO: it is reported and emptied by itself. A new one in its place takes replicas again. */
record BadDisk() implements Flow {
    @Override
    public int takes() {
        return 1;
    }

    @Override
    public List<String> tells() {
        return List.of(
                "disk/DISK_UNAVAILABLE",
                "disk/DISK_DRAIN_DRAINING",
                "disk/DISK_DRAIN_DRAINED",
                "disk/DISK_NORMAL",
                "op/OP_SUCCESS");
    }

    @Override
    public void run(Site site) {
        JsonNode disk = site.load.aDiskInUse();
        long before = site.lastOp();
        site.shim.fail(Site.directory(disk), Op.ALL, "EIO");
        try {
            drainedByItself(site, disk, before);
        } finally {
            site.shim.heal(Site.directory(disk));
        }
        site.recover(disk);
    }

    /** Waits until the cluster has emptied the broken disk. */
    static void drainedByItself(Site site, JsonNode disk, long before) {
        String target = disk.path("node").asText() + ":" + disk.path("path").asText();
        site.awaitBroken(disk);
        JsonNode op = site.awaitOwnOp(before, "DiskDecommission", target);
        assertThat(op.path("status").asText()).as("%s", op).isEqualTo("Success");
        assertThat(site.load.disk(disk).path("replicas").asInt()).isZero();
        site.load.awaitAllInSync();
    }
}
