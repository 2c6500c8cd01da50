package io.kintsugi.master.transport.cubefs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Survey;
import io.kintsugi.master.sim.SimCluster;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real drains on virtual time, looked at after every event. */
class DrainToldTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final List<String> ORDER = List.of("Marked", "DecommissionPrepare", "Running", "Success", "Initial");
    private static final List<String> STEPS = List.of("Initial", "Enter", "WaitAddRes", "WaitAddResFin", "RemoveOld");

    private static JsonObject status(View view, int partition) {
        return PartitionJobJson.of(view, view.cluster().partition(partition).orElseThrow());
    }

    /** Each word seen of each partition, in order, without repeats. */
    private static void note(Map<Integer, List<String>> seen, int partition, String word) {
        List<String> words = seen.computeIfAbsent(partition, p -> new ArrayList<>());
        if (words.isEmpty() || !words.getLast().equals(word)) {
            words.add(word);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyPartitionGoesThroughItsStatusesInOrder(int replicas) {
        SimCluster c = new SimCluster(5, 1);
        c.createTable("t", 6, replicas);
        Set<Integer> onDisk = new HashSet<>(
                c.view().cluster().partitionsOnDisk(c.disk("d1", "/0").id()));
        Map<Integer, List<String>> words = new HashMap<>();
        Map<Integer, List<String>> steps = new HashMap<>();
        long op = c.drain("d1", "/0");
        c.run("drained and forgotten", LONG, () -> {
            onDisk.forEach(id -> {
                JsonObject s = status(c.view(), id);
                note(words, id, s.getString("Status"));
                note(steps, id, s.getString("SpecialStep").replace("SpecialDecommission", ""));
                partition(c.view(), c.view().cluster().partition(id).orElseThrow());
            });
            return c.op(op).ended()
                    && words.values().stream().allMatch(w -> w.getLast().equals("Initial"));
        });
        assertThat(words.keySet()).isEqualTo(onDisk).isNotEmpty();
        assertThat(words.values())
                .allSatisfy(w -> assertThat(w).isSubsetOf(ORDER).containsSubsequence("Running", "Success", "Initial"));
        assertThat(words.values())
                .allSatisfy(w -> assertThat(w).isSortedAccordingTo((a, b) -> ORDER.indexOf(a) - ORDER.indexOf(b)));
        if (replicas == 3) {
            assertThat(steps.values()).allSatisfy(s -> assertThat(s).containsExactly("Initial"));
        } else {
            assertThat(steps.values()).allSatisfy(s -> assertThat(s.subList(1, s.size() - 1))
                    .isSortedAccordingTo((a, b) -> STEPS.indexOf(a) - STEPS.indexOf(b))
                    .contains("WaitAddRes", "WaitAddResFin", "RemoveOld"));
        }
    }

    private static void partition(View view, Partition p) {
        JsonObject json = PartitionJson.of(view, p);
        List<?> hosts = json.getJsonArray("Hosts").getList();
        assertThat(hosts).hasSameSizeAs(p.members());
        p.members().stream().filter(m -> m.replica() == p.primary()).forEach(m -> assertThat(hosts.getFirst())
                .isEqualTo(Find.address(view, m.node())));
        assertThat(json.getJsonArray("Replicas").getList()).hasSameSizeAs(p.all());
        assertThat(json.getBoolean("Recover")).isEqualTo(p.joining() != null);
        if (p.joining() != null) {
            Member joining = p.joining();
            assertThat(Status.of(view, p, joining).number()).isZero();
            assertThat(Diagnosis.of(view, true)
                            .getJsonArray("ExcessReplicaDpIDs")
                            .getList())
                    .isEmpty();
        }
    }

    @Test
    void aSuccessIsSeenForFiveSecondsAndAFailureUntilItIsNoted() {
        SimCluster c = new SimCluster(5, 1);
        c.createTable("t", 4, 3);
        Partition p = c.partitions().getFirst();
        long move = c.ask(new io.kintsugi.master.command.Command.MoveReplica(
                p.id(), p.members().getFirst().replica(), 0, 0, 2));
        c.run("moved", LONG, () -> c.op(move).ended());
        long ended = c.op(move).times().ended();
        assertThat(status(c.view(), p.id()).getString("Status")).isEqualTo("Success");
        c.run("5 s", LONG, () -> c.view().nowMillis() >= ended + PartitionJob.SUCCESS_SHOWN_MILLIS);
        JsonObject after = status(c.view(), p.id());
        assertThat(after.getString("Status")).isEqualTo("Initial");
        assertThat(after.getLong("Term")).isZero();
        assertThat(after.getString("SrcAddress")).isEmpty();
        assertThat(c.op(move).status()).as("/v1 keeps it").isEqualTo(OpStatus.SUCCESS);
    }

    /** What another op moves isn't begun, and goes on by itself. */
    @Test
    void twoReplicasOfOnePartitionAreNeverMovedAtOnce() {
        SimCluster c = new SimCluster(5, 1);
        c.createTable("t", 10, 3);
        c.copyTime(Duration.ofSeconds(2));
        List<Long> drains = List.of(c.drain("d1", "/0"), c.drain("d2", "/0"));
        boolean[] ignored = {false};
        c.run("drained", LONG, () -> {
            View view = c.view();
            Survey survey = Survey.of(view);
            for (long id : drains) {
                Op drain = c.op(id);
                JsonObject progress = DrainJson.ofDisk(view, drain, survey);
                DrainParts parts = DrainParts.of(view, List.of(drain));
                List<Integer> all = new ArrayList<>(parts.running());
                parts.ignored().forEach(n -> all.add(n.partition()));
                parts.failed().forEach(n -> all.add(n.partition()));
                assertThat(all).as("%s", progress).doesNotHaveDuplicates();
                ignored[0] |= !parts.ignored().isEmpty();
                assertThat(progress.getInteger("RemainingDpCnt")).isGreaterThanOrEqualTo(all.size());
            }
            return drains.stream().allMatch(id -> c.op(id).ended());
        });
        assertThat(ignored[0]).isTrue();
        assertThat(drains).allSatisfy(id -> {
            JsonObject progress = DrainJson.ofDisk(c.view(), c.op(id), Survey.of(c.view()));
            assertThat(progress.getString("StatusMessage")).isEqualTo("Success");
            assertThat(progress.getString("Progress")).isEqualTo("100.00%");
            assertThat(progress.getInteger("RemainingDpCnt")).isZero();
        });
    }

    @Test
    void aCancelledDrainIsToldAndForgottenOnceItIsNoted() {
        SimCluster c = new SimCluster(5, 1);
        c.createTable("t", 10, 3);
        c.copyTime(Duration.ofSeconds(5));
        long op = c.drain("d1", "/0");
        c.run("runs", LONG, () -> c.op(op).status() == OpStatus.RUNNING);
        c.get(c.masters().service().drains().cancel(SimCluster.TEST, op));
        c.run("cancelled", LONG, () -> c.op(op).ended());
        Op job = Jobs.ofDisk(c.view(), c.disk("d1", "/0")).orElseThrow();
        assertThat(DrainJson.ofDisk(c.view(), job, Survey.of(c.view())).getString("StatusMessage"))
                .isEqualTo("DecommissionCancel");
        c.get(c.masters().service().drains().acknowledge(SimCluster.TEST, op));
        assertThat(Jobs.ofDisk(c.view(), c.disk("d1", "/0"))).isEmpty();
    }
}
