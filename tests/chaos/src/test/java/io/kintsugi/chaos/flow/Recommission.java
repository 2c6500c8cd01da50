package io.kintsugi.chaos.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A disk is decommissioned, takes nothing more, is recommissioned, and takes a replica. */
record Recommission() implements Flow {
    @Override
    public int takes() {
        return 0;
    }

    @Override
    public List<String> tells() {
        return List.of("disk/DISK_DRAIN_DRAINING", "disk/DISK_DRAIN_DRAINED", "disk/DISK_DRAIN_NONE", "op/OP_SUCCESS");
    }

    @Override
    public void run(Site site) {
        JsonNode disk = site.load.aDiskInUse();
        String place = disk.path("node").asText() + ":" + disk.path("path").asText();
        site.load.assertDrained(disk, site.load.awaitEnd(site.load.decommission(disk)));
        JsonNode partition = site.rows("/v1/partitions?table=orders")
                .filter(p -> Site.stream(p.path("members"))
                        .noneMatch(m -> m.path("node").equals(disk.path("node"))))
                .findFirst()
                .orElseThrow();
        Map<String, Object> move = Map.of(
                "partition", partition.path("id").asText(), "from", Site.place(site.aMember(partition)), "to", place);
        JsonNode waits = site.admin.post("/v1/partitions/decommission", withDryRun(move));
        assertThat(waits.path("possible").asBoolean(true)).as("%s", waits).isFalse();
        site.load.recommission(disk);
        long op =
                site.admin.post("/v1/partitions/decommission", move).path("id").asLong();
        JsonNode ended = site.load.awaitEnd(op);
        assertThat(ended.path("status").asText()).as("%s", ended).isEqualTo("Success");
        assertThat(site.load.disk(disk).path("replicas").asInt()).isPositive();
    }

    private static Map<String, Object> withDryRun(Map<String, Object> move) {
        Map<String, Object> dry = new HashMap<>(move);
        dry.put("dryRun", true);
        return dry;
    }
}
