package io.kintsugi.master.transport.cubefs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.consensus.MasterAddress;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Survey;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole answers, key by key, of a cluster whose disk 10.0.0.1:/data/1 is being drained. */
class AnswersTest {
    private final Fixture f = new Fixture();
    private long drain;

    @BeforeEach
    void drainOfDisk1() {
        drain = f.drainOfDisk1();
    }

    @Test
    void aPartitionThatMoves() throws IOException {
        JsonObject p = PartitionJson.of(f.view(), f.partition(1));
        Golden.matches("partition", p);
        assertThat(p.getJsonArray("Hosts").getList())
                .isEqualTo(List.of("10.0.0.1:17310", "10.0.0.2:17310", "10.0.0.3:17310"));
        Golden.matches("partitions-of-clients", VolumeJson.partitions(f.view(), table("orders")));
    }

    @Test
    void itsDecommission() throws IOException {
        Golden.matches("partition-running", PartitionJobJson.of(f.view(), f.partition(1)));
        Golden.matches("partition-marked", PartitionJobJson.of(f.view(), f.partition(2)));
        Golden.matches("partition-initial", PartitionJobJson.of(f.view(), f.partition(3)));
        Golden.matches("partition-records", PartitionJobJson.records(f.view(), f.partition(1)));
    }

    @Test
    void theDisksDecommission() throws IOException {
        View view = f.view();
        Golden.matches("disk-progress", DrainJson.ofDisk(view, f.op(drain), Survey.of(view)));
        Golden.matches("tokens", TokenJson.ofNodesets(view));
        Golden.matches("copies", TokenJson.copies(view, true));
    }

    @Test
    void theNineLists() throws IOException {
        Golden.matches("diagnosis", Diagnosis.of(f.view(), false));
        f.live(2, Liveness.DEAD);
        f.disk(5, DiskFacts.Health.BROKEN);
        Golden.matches("diagnosis-of-faults", Diagnosis.of(f.view(), false));
        Golden.matches("bad-disks", DiskJson.bad(f.view()));
        Golden.matches("partition-of-faults", PartitionJson.of(f.view(), f.partition(1)));
    }

    @Test
    void corruptIsWhatNoPrimaryHasServedForMoreThanTenSeconds() {
        f.live(2, Liveness.DEAD);
        int lost = f.partition(2).id();
        assertThat(f.view().served(f.partition(2))).isFalse();
        f.soft.served(lost, false, f.view().nowNanos());
        f.after(10_000);
        f.soft.served(lost, false, f.view().nowNanos());
        assertThat(corrupt()).isEmpty();
        f.after(1);
        assertThat(corrupt()).containsExactly(lost);
        f.soft.served(lost, true, f.view().nowNanos());
        assertThat(corrupt()).isEmpty();
    }

    private List<Integer> corrupt() {
        return Diagnosis.of(f.view(), false).getJsonArray("CorruptDataPartitionIDs").stream()
                .map(Integer.class::cast)
                .toList();
    }

    @Test
    void whatIsGivenUpTroublesNobody() {
        f.live(2, Liveness.DEAD);
        f.soft.served(2, false, f.view().nowNanos());
        f.after(10_001);
        assertThat(corrupt()).containsExactly(2);
        f.ok(new Command.SetDiscard(2, true));
        assertThat(corrupt()).isEmpty();
        assertThat(Diagnosis.of(f.view(), true).getJsonArray("CorruptDataPartitionIDs"))
                .containsExactly(2);
        assertThat(PartitionJson.of(f.view(), f.partition(2)).getBoolean("IsDiscard"))
                .isTrue();
        assertThat(PartitionJobJson.of(f.view(), f.partition(2)).getBoolean("IsDiscard"))
                .isTrue();
        f.ok(new Command.SetDiscard(2, false));
        assertThat(corrupt()).containsExactly(2);
    }

    @Test
    void peersThatAReplicaHasStoredOtherwiseAreShownAsItHasThem() {
        Partition p = f.partition(3);
        Member m = p.members().getFirst();
        ReplicaFacts facts = f.soft.replica(m.replica()).orElseThrow();
        f.soft.put(facts.naming(1, List.of(m.replica(), 999L)), p, f.view().nowNanos());
        assertThat(ReplicaJson.ofPartition(f.view(), p, m).getJsonArray("LocalPeers").stream()
                        .map(JsonObject.class::cast)
                        .map(o -> o.getLong("id") + " " + o.getString("addr")))
                .containsExactly(m.replica() + " 10.0.0.1:17310", "999 ");
    }

    @Test
    void replicasThatHaveStoredOtherPeersAreListedOnTheirFreshWordAlone() throws IOException {
        assertThat(ReplicaMetaPaths.check(f.view()).getJsonArray("Infos")).isEmpty();
        Partition p = f.partition(3);
        Member m = p.members().getLast();
        ReplicaFacts facts = f.soft.replica(m.replica()).orElseThrow();
        f.soft.put(facts.naming(1, List.of(m.replica(), 999L)), p, f.view().nowNanos());
        Golden.matches("replica-meta", ReplicaMetaPaths.check(f.view()));
        f.live(m.node(), Liveness.DEAD);
        assertThat(ReplicaMetaPaths.check(f.view()).getJsonArray("Infos")).isEmpty();
    }

    @Test
    void datanodesAndDisks() throws IOException {
        View view = f.view();
        Golden.matches("datanode", NodeJson.info(view, view.cluster().node(1).orElseThrow()));
        Golden.matches("disks", DiskJson.list(view, view.cluster().node(1)));
        assertThat(DiskJson.list(view, Optional.empty()).getJsonArray("Disks")).hasSize(8);
        Golden.matches(
                "disabled-disks", DiskJson.drained(view, view.cluster().node(1).orElseThrow(), false));
    }

    @Test
    void theCluster() throws IOException {
        List<MasterAddress> masters = List.of(
                MasterAddress.parse("m1=10.0.0.11:17010:17020:17030"),
                MasterAddress.parse("m2=10.0.0.12:17010:17020:17030"));
        Golden.matches(
                "cluster", ClusterJson.info(f.view(), new ClusterJson.Group("c-1", 42, "m1", masters, List.of("m2"))));
        Golden.matches("cluster-stat", ClusterJson.stat(f.view()));
        Golden.matches("rates", ClusterJson.rates());
        Golden.matches("ip", ClusterJson.ip("c-1", "10.0.0.99"));
        Golden.matches(
                "nodeset",
                TopologyJson.nodeset(
                        f.view(), f.view().cluster().nodesets().iterator().next()));
        Golden.matches("nodesets", TopologyJson.nodesetRows(f.view(), ""));
        Golden.matches("zones", TopologyJson.zoneRows(f.view()));
    }

    @Test
    void volumes() throws IOException {
        Golden.matches("volumes", VolumeJson.list(f.view(), "ord"));
        Golden.matches("volume", VolumeJson.info(f.view(), table("orders")));
    }

    /** The command line asks for every id that it is told, and stops at the first that it gets no answer for. */
    @Test
    void whatIsListedIsThere() {
        f.live(2, Liveness.DEAD);
        View view = f.view();
        JsonObject lists = Diagnosis.of(view, true);
        for (String list : lists.fieldNames()) {
            if (list.endsWith("IDs")) {
                List<?> ids = lists.getJsonArray(list).getList();
                assertThat(ids).allSatisfy(id -> assertThat(view.cluster().partition((Integer) id))
                        .isPresent());
            }
        }
    }

    private io.kintsugi.master.model.Table table(String name) {
        return f.view().cluster().tableByName(name).orElseThrow();
    }

    @Test
    void hostsBeginWithThePrimary() {
        Partition p = f.partition(2);
        assertThat(PartitionJson.hosts(f.view(), p).getFirst())
                .isEqualTo(Find.address(
                        f.view(), p.member(p.primary()).orElseThrow().node()));
    }
}
