package io.kintsugi.chaos.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;

/** A replica's files are gone when its datanode starts again: another takes its place at once, under an id of its own. */
record LostReplica() implements Flow {
    @Override
    public int takes() {
        return 1;
    }

    @Override
    public List<String> tells() {
        return List.of("op/OP_CREATED", "op/OP_SUCCESS");
    }

    @Override
    public void run(Site site) {
        JsonNode partition = site.aPartition("orders");
        JsonNode lost = site.aMember(partition);
        long replica = lost.path("replica").asLong();
        String node = lost.path("node").asText();
        long before = site.lastOp();
        Path files = Path.of(lost.path("disk").asText())
                .resolve("replicas")
                .resolve(partition.path("id").asText() + "-" + replica);
        site.cluster.kill(node);
        site.cluster.wipe(files);
        site.cluster.startAgain(node);
        JsonNode op = site.awaitOwnOp(before, "Repair", Site.name(partition));
        assertThat(op.path("status").asText()).as("%s", op).isEqualTo("Success");
        site.awaitPartition(
                partition,
                "has another",
                p -> !Site.has(p, replica) && p.path("inSync").size() == 3);
    }
}
