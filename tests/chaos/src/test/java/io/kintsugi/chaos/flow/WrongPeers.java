package io.kintsugi.chaos.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A replica has stored other peers than the masters', by a drill of this name: it is told the true ones, and nothing is copied. */
record WrongPeers(String drill) implements Flow {
    @Override
    public int takes() {
        return 0;
    }

    @Override
    public List<String> tells() {
        return List.of(); // of the primary's own replica an election tells, else that the epoch was raised
    }

    @Override
    public void run(Site site) {
        JsonNode partition = site.aPartition("orders");
        JsonNode member = site.aMember(partition);
        long epoch = site.partition(partition).path("epoch").asLong();
        long before = site.lastOp();
        long firstEvent = site.lastEvent();
        site.drill(member, drill, member.path("replica").asText(), "on");
        site.awaitPartition(partition, "has a new epoch", p -> p.path("epoch").asLong() > epoch);
        Site.until("all replicas have stored the true peers", () -> allAgree(site, partition));
        assertThat(site.opAfter(before, "Repair", Site.name(partition)))
                .as("nothing is copied")
                .isEmpty();
        assertThat(site.eventsAfter(firstEvent))
                .as("events")
                .anyMatch(e -> e.path("subject").asText().equals(Site.name(partition))
                        && e.path("code").asText().matches("EPOCH_RAISED|PRIMARY_CHANGED"));
    }

    /** By the API of CubeFS, which shows each replica's own peers. */
    private static boolean allAgree(Site site, JsonNode partition) {
        JsonNode data = site.admin
                .get("/dataPartition/get?id=" + partition.path("id").asText())
                .path("data");
        Set<Long> peers = ids(data.path("Peers"));
        return !peers.isEmpty()
                && data.path("Replicas").size() == peers.size()
                && Site.stream(data.path("Replicas"))
                        .allMatch(r -> ids(r.path("LocalPeers")).equals(peers));
    }

    private static Set<Long> ids(JsonNode peers) {
        Set<Long> ids = new TreeSet<>();
        peers.forEach(p -> ids.add(p.path("id").asLong()));
        return ids;
    }
}
