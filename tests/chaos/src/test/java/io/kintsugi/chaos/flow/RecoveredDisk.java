package io.kintsugi.chaos.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.fault.FaultShim.Op;
import java.util.List;

/** A disk breaks, its datanode restarts and still knows it; it is mended before anything was copied: its replicas are back, the same ones. */
record RecoveredDisk() implements Flow {
    @Override
    public int takes() {
        return 1;
    }

    @Override
    public List<String> tells() {
        return List.of("disk/DISK_UNAVAILABLE", "disk/DISK_NORMAL");
    }

    @Override
    public void run(Site site) {
        site.set("AutoDecommissionDiskIntervalMs", "1200000");
        JsonNode disk = site.load.aDiskInUse();
        String node = disk.path("node").asText();
        List<Long> replicas = site.replicasOn(disk);
        long before = site.lastOp();
        site.shim.fail(Site.directory(disk), Op.WRITE, "EIO");
        site.shim.fail(Site.directory(disk), Op.SYNC, "EIO");
        try {
            site.awaitBroken(disk);
            site.cluster.kill(node);
        } finally {
            site.shim.heal(Site.directory(disk));
        }
        // it is well again, and must not be used before somebody says so
        site.cluster.startAgain(node);
        site.awaitAlive(node, true);
        assertThat(site.load.disk(disk).path("status").asText()).isEqualTo("Unavailable");
        site.recover(disk);
        site.load.awaitAllInSync();
        assertThat(site.replicasOn(disk)).containsAll(replicas);
        assertThat(site.rows("/v1/ops").filter(o -> o.path("id").asLong() > before))
                .as("nothing is copied")
                .isEmpty();
    }
}
