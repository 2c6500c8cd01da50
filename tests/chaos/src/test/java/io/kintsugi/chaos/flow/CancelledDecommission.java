package io.kintsugi.chaos.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** A datanode's decommission is cancelled while it copies: what runs is taken back, and the datanode is in use as before. */
record CancelledDecommission() implements Flow {
    @Override
    public int takes() {
        return 0;
    }

    @Override
    public List<String> tells() {
        return List.of("node/NODE_DRAIN_DRAINING", "node/NODE_DRAIN_NONE", "op/OP_CANCELLED");
    }

    @Override
    public void run(Site site) {
        site.set("CopyBytesPerSecond", "10000");
        String node = site.load.aDiskInUse().path("node").asText();
        long op = site.admin
                .post("/v1/nodes/decommission", Map.of("node", node))
                .path("id")
                .asLong();
        Site.until("it copies", () -> site.rows("/v1/partitions")
                .anyMatch(p -> !p.path("joining").asText("").isEmpty()
                        && !p.path("joining").isNull()));
        site.admin.post("/v1/ops/" + op + "/cancel", Map.of());
        JsonNode ended = site.load.awaitEnd(op);
        assertThat(ended.path("status").asText()).as("%s", ended).isEqualTo("Cancelled");
    }
}
