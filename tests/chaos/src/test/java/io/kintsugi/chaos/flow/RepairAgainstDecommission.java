package io.kintsugi.chaos.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * At the same moment one replica of a partition is lost and the disk of another is decommissioned: never both at once in the partition, the
 * repair first if it comes to that, and both end.
 */
record RepairAgainstDecommission() implements Flow {
    @Override
    public int takes() {
        return 1;
    }

    @Override
    public List<String> tells() {
        return List.of("disk/DISK_DRAIN_DRAINED", "disk/DISK_DRAIN_NONE", "op/OP_SUCCESS");
    }

    @Override
    public void run(Site site) {
        JsonNode partition = site.aPartition("orders");
        int first = site.random.nextInt(3);
        JsonNode lost = partition.path("members").get(first);
        JsonNode disk = site.diskOf(partition.path("members").get((first + 1) % 3));
        long replica = lost.path("replica").asLong();
        long before = site.lastOp();
        CompletableFuture<Long> drain = Beside.of(() -> site.load.decommission(disk));
        site.drill(lost, "break-replica", "" + replica, "on");
        JsonNode repair = site.awaitOwnOp(before, "Repair", Site.name(partition));
        assertThat(repair.path("status").asText()).as("%s", repair).isEqualTo("Success");
        JsonNode ended = site.load.awaitEnd(drain.join());
        assertThat(ended.path("status").asText()).as("%s", ended).isEqualTo("Success");
        site.awaitPartition(
                partition,
                "is whole",
                p -> !Site.has(p, replica) && p.path("inSync").size() == 3);
        assertThat(site.load.disk(disk).path("replicas").asInt()).isZero();
        site.load.recommission(disk);
    }
}
