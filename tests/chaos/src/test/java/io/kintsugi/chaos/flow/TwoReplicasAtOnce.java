package io.kintsugi.chaos.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Two disks that hold replicas of the same partition are decommissioned at once: one of its moves waits for the other, and both end. */
record TwoReplicasAtOnce() implements Flow {
    @Override
    public int takes() {
        return 0;
    }

    @Override
    public List<String> tells() {
        return List.of("disk/DISK_DRAIN_DRAINED", "disk/DISK_DRAIN_NONE", "op/OP_SUCCESS");
    }

    @Override
    public void run(Site site) {
        JsonNode partition = site.aPartition("orders");
        JsonNode one = site.diskOf(partition.path("members").get(0));
        JsonNode two = site.diskOf(partition.path("members").get(1));
        CompletableFuture<Long> first = Beside.of(() -> site.load.decommission(one));
        CompletableFuture<Long> second = Beside.of(() -> site.load.decommission(two));
        for (long op : List.of(first.join(), second.join())) {
            JsonNode ended = site.load.awaitEnd(op);
            assertThat(ended.path("status").asText()).as("%s", ended).isEqualTo("Success");
        }
        for (JsonNode disk : List.of(one, two)) {
            assertThat(site.load.disk(disk).path("replicas").asInt()).isZero();
            site.load.recommission(disk);
        }
    }
}
