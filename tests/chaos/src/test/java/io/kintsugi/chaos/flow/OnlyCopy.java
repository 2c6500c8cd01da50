package io.kintsugi.chaos.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.RecordingWriter;
import io.kintsugi.chaos.fault.FaultShim.Op;
import java.util.List;
import java.util.Map;

/**
 * A disk that refuses every write has the only replica of a table: it is read where it lies, serving nothing, and another disk goes on from what was
 * acknowledged. Nobody is asked.
 */
record OnlyCopy() implements Flow {
    private static final String TABLE = "single";

    @Override
    public int takes() {
        return 1;
    }

    @Override
    public List<String> tells() {
        return List.of(
                "disk/DISK_UNAVAILABLE",
                "disk/DISK_DRAIN_DRAINED",
                "disk/DISK_NORMAL",
                "partition/PRIMARY_NONE",
                "partition/PRIMARY_CHANGED",
                "op/OP_SUCCESS");
    }

    @Override
    public void run(Site site) {
        site.admin.post("/v1/tables", Map.of("name", TABLE, "partitions", 1, "replicas", 1));
        try (var writer = new RecordingWriter(site.cluster.client(), TABLE, 500, 1_024)) {
            writer.fill(4);
            writer.start(1);
            JsonNode partition = site.aPartition(TABLE);
            JsonNode only = site.aMember(partition);
            JsonNode disk = site.diskOf(only);
            long before = site.lastOp();
            site.shim.fail(Site.directory(disk), Op.WRITE, "EIO");
            site.shim.fail(Site.directory(disk), Op.SYNC, "EIO");
            try {
                BadDisk.drainedByItself(site, disk, before);
                site.awaitPartition(
                        partition,
                        "is served elsewhere",
                        p -> !Site.has(p, only.path("replica").asLong())
                                && p.path("inSync").size() == 1);
            } finally {
                site.shim.heal(Site.directory(disk));
            }
            writer.stop();
            assertThat(writer.check()).isEmpty();
            site.recover(disk);
        } finally {
            site.admin.delete("/v1/tables/" + TABLE);
        }
    }
}
