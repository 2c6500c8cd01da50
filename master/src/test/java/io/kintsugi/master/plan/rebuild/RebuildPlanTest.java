package io.kintsugi.master.plan.rebuild;

import static io.kintsugi.master.plan.rebuild.Answers.config;
import static io.kintsugi.master.plan.rebuild.Answers.plan;
import static io.kintsugi.master.plan.rebuild.Answers.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each case of the seed's FAQ, with its words, and each contradiction that datanodes can tell. */
class RebuildPlanTest {
    private static final Options PLAIN = new Options(false, false, false);
    private static final Options SKIP_NODES = new Options(true, false, false);
    private static final Options SKIP_LOST = new Options(false, true, false);
    private static final Options KEEP_DROPPED = new Options(false, false, true);
    private static final Definition ONE = new Definition(table(1, "temp", 1, 3), 1, 1);
    private static final Partition P = config(7, 1, 0, 5, List.of(101L, 102L, 103L), List.of(101L, 102L, 103L));

    private static Answers whole() {
        return new Answers()
                .replica(ONE, 101, 5, 40, P)
                .replica(ONE, 102, 5, 42, P)
                .replica(ONE, 103, 5, 41, P);
    }

    private static List<String> shown(RebuildPlan plan) {
        return plan.hints().stream()
                .filter(h -> h.level() != Hint.Level.NOTE)
                .map(h -> h.level() + ": " + h.message())
                .toList();
    }

    @Test
    void allIsFound() {
        RebuildPlan plan = plan(whole().all(), PLAIN);
        assertThat(plan.result()).isEqualTo(ResultCode.ERR_OK);
        assertThat(plan.hints()).isEmpty();
        assertThat(plan.generation()).isEqualTo(2);
        assertThat(plan.tables()).containsExactly(ONE.table());
        assertThat(plan.nodes()).hasSize(3);
        Partition p = plan.partitions().getFirst();
        assertThat(p.id()).isEqualTo(7);
        assertThat(p.epoch()).isEqualTo(2L << 40);
        assertThat(p.primary()).isEqualTo(102);
        assertThat(p.inSync()).containsExactly(101L, 102L, 103L);
        assertThat(plan.given().replica()).isEqualTo(103);
        assertThat(plan.quarantined()).isEmpty();
    }

    @Test
    void aDatanodeThatCannotBeReachedStopsItUnlessItIsSkipped() {
        List<NodeAnswer> answers = new ArrayList<>(whole().all());
        answers.set(2, NodeAnswer.failed("x.x.x.x:34804", "ERR_NETWORK_FAILURE"));
        RebuildPlan plan = plan(answers, PLAIN);
        assertThat(plan.result()).isEqualTo(ResultCode.ERR_TRY_AGAIN);
        assertThat(shown(plan).getFirst())
                .isEqualTo("ERROR: collect app and replica info from node(x.x.x.x:34804) failed with"
                        + " err(ERR_NETWORK_FAILURE), you can skip it by set skip_bad_nodes option");
        plan = plan(answers, SKIP_NODES);
        assertThat(plan.result()).isEqualTo(ResultCode.ERR_OK);
        assertThat(shown(plan))
                .containsExactly(
                        "WARNING: collect app and replica info from node(x.x.x.x:34804) failed with"
                                + " err(ERR_NETWORK_FAILURE), skip the bad node",
                        "WARNING: partition(1.0) only collects 2/3 of replicas, may lost data");
        assertThat(plan.given().replica()).as("ids that only it knows").isGreaterThanOrEqualTo(103 + Planner.GAP);
    }

    @Test
    void incompleteCopiesAreAWarning() {
        RebuildPlan plan = plan(new Answers().replica(ONE, 103, 5, 41, P).all(), PLAIN);
        assertThat(plan.result()).isEqualTo(ResultCode.ERR_OK);
        assertThat(shown(plan)).containsExactly("WARNING: partition(1.0) only collects 1/3 of replicas, may lost data");
        assertThat(plan.partitions().getFirst().inSync()).containsExactly(103L);
        assertThat(plan.hints()).extracting(Hint::code).contains("NODE_UNHEARD");
    }

    @Test
    void aLostPartitionStopsItUnlessItMayBeEmpty() {
        Definition two = new Definition(table(1, "temp", 2, 3), 1, 1);
        Partition second = config(8, 1, 1, 5, List.of(101L, 102L, 103L), List.of(101L));
        List<NodeAnswer> answers = new Answers()
                .replica(two, 101, 5, 1, second)
                .replica(two, 102, 5, 1, second)
                .replica(two, 103, 5, 1, second)
                .all();
        RebuildPlan plan = plan(answers, PLAIN);
        assertThat(plan.result()).isEqualTo(ResultCode.ERR_TRY_AGAIN);
        assertThat(shown(plan))
                .containsExactly("ERROR: partition(1.0) has no replica collected, you can force recover it by set"
                        + " skip_lost_partitions option");
        plan = plan(answers, SKIP_LOST);
        assertThat(plan.result()).isEqualTo(ResultCode.ERR_OK);
        assertThat(shown(plan))
                .containsExactly("WARNING: partition(1.0) has no replica collected, force recover the lost partition"
                        + " to empty");
        Partition empty = plan.partitions().getFirst();
        assertThat(empty.members()).isEmpty();
        assertThat(empty.id()).isEqualTo(9).isEqualTo(plan.given().partition());
    }

    @Test
    void aDroppedTableServesAgainUnlessItIsKeptDropped() {
        Definition dropped = new Definition(TableNames.copy(ONE.table(), "temp", TableState.DROPPED, 900), 1, 2);
        List<NodeAnswer> answers = new Answers()
                .replica(dropped, 101, 5, 40, P)
                .replica(ONE, 102, 5, 42, P)
                .replica(ONE, 103, 5, 41, P)
                .all();
        assertThat(plan(answers, PLAIN).tables()).containsExactly(ONE.table());
        assertThat(plan(answers, KEEP_DROPPED).tables()).containsExactly(dropped.table());
    }

    @Test
    void theGreatestIdKeepsTheName() {
        Answers answers = new Answers();
        for (Table t : List.of(
                table(1, "temp", 1, 1), table(2, "temp-1", 1, 1), table(3, "temp", 1, 1), table(4, "temp", 1, 1))) {
            answers.replica(
                    new Definition(t, 1, 1),
                    t.id() * 100 + 1,
                    1,
                    1,
                    config(t.id(), t.id(), 0, 1, List.of(t.id() * 100 + 1L), List.of(t.id() * 100 + 1L)));
        }
        RebuildPlan plan = plan(answers.all(), PLAIN);
        assertThat(plan.tables()).extracting(Table::name).containsExactly("temp-1-1", "temp-1", "temp-3", "temp");
        assertThat(shown(plan))
                .containsExactly(
                        "WARNING: app(3)'s old name(temp) is conflict with others, rename it to (temp-3)",
                        "WARNING: app(1)'s old name(temp) is conflict with others, rename it to (temp-1-1)");
    }

    @Test
    void withoutAnInSyncReplicaWhoLeftLastGoesOnAlone() {
        List<Member> left = List.of(new Member(101, 1, 1, 4), new Member(102, 2, 2, 9), new Member(103, 3, 3, 0));
        Partition p = SlotPlan.partition(7, ONE.table(), 0, 9, 3, left, List.of(103L), 103);
        RebuildPlan plan = plan(
                new Answers()
                        .replica(ONE, 101, 3, 99, config(7, 1, 0, 4, List.of(101L, 102L, 103L), List.of(102L)))
                        .replica(ONE, 102, 3, 50, p)
                        .all(),
                PLAIN);
        assertThat(plan.partitions().getFirst().members()).containsExactly(new Member(102, 2, 2, 0));
        assertThat(plan.quarantined()).containsExactly(new Quarantined(101, 7, 1, 1, Quarantined.NOT_CHOSEN));
        assertThat(plan.hints()).extracting(Hint::code).contains("NO_IN_SYNC", "INCOMPLETE");
    }

    @Test
    void aDatanodeOfAnotherClusterIsABadOne() {
        List<NodeAnswer> answers = new ArrayList<>(whole().all());
        answers.add(Answers.answer("other", 9, List.of()));
        assertThat(plan(answers, PLAIN).result()).isEqualTo(ResultCode.ERR_TRY_AGAIN);
        RebuildPlan plan = plan(answers, SKIP_NODES);
        assertThat(plan.clusterId()).isEqualTo(Answers.CLUSTER);
        assertThat(plan.nodes()).hasSize(3);
        assertThat(shown(plan).getFirst()).contains("host-9:34801", "ERR_OTHER_CLUSTER");
    }

    @Test
    void anOlderTableOfTheSameIdIsKeptAside() {
        Definition newer = new Definition(table(1, "new", 1, 3), 2, 0);
        Partition p = config(70, 1, 0, 3, List.of(201L), List.of(201L));
        RebuildPlan plan = plan(whole().replica(newer, 201, 3, 1, p).all(), PLAIN);
        assertThat(plan.tables()).containsExactly(newer.table());
        assertThat(plan.quarantined())
                .extracting(Quarantined::why)
                .containsOnly("OLDER_TABLE")
                .hasSize(3);
        assertThat(plan.hints()).extracting(Hint::code).contains("OLDER_TABLE");
    }

    @Test
    void definitionsThatCutTheKeysOtherwiseStopIt() {
        Definition other = new Definition(table(1, "temp", 2, 3), 1, 2);
        List<NodeAnswer> answers = whole().replica(other, 104, 5, 1, P).all();
        RebuildPlan plan = plan(answers, new Options(true, true, true));
        assertThat(plan.result()).isEqualTo(ResultCode.ERR_TRY_AGAIN);
        assertThat(plan.hints()).extracting(Hint::code).contains("TABLE_CONFLICT");
    }

    @Test
    void anAnswerThatBrokeOffIsABadOne() {
        NodeAnswer a = whole().all().getFirst();
        NodeAnswer part = new NodeAnswer(
                a.address(), "", false, a.clusterId(), 1, a.node(), null, a.known(), a.disks(), a.tables(), List.of());
        assertThat(plan(List.of(part), PLAIN).result()).isEqualTo(ResultCode.ERR_TRY_AGAIN);
        assertThat(plan(List.of(part, a), PLAIN).result()).isEqualTo(ResultCode.ERR_OK);
    }

    @Test
    void damageIsNamedAndNeverCrashes() {
        Partition absurd = config(7, 1, 0, Long.MAX_VALUE, List.of(101L), List.of(101L));
        RebuildPlan plan = plan(whole().replica(ONE, 104, 5, 1, absurd).all(), PLAIN);
        assertThat(plan.result()).isEqualTo(ResultCode.ERR_TRY_AGAIN);
        assertThat(plan.hints()).extracting(Hint::code).contains("MANIFEST_DAMAGED");
        Partition high = config(Integer.MAX_VALUE, 1, 0, 6, List.of(101L), List.of(101L));
        plan = plan(whole().replica(ONE, 104, 5, 1, high).all(), PLAIN);
        assertThat(plan.hints()).extracting(Hint::code).contains("IDS_IMPLAUSIBLE");
    }

    @Test
    void whereThereIsNothingNothingIsMade() {
        assertThat(plan(List.of(), PLAIN).result()).isEqualTo(ResultCode.ERR_INVALID_PARAMETERS);
        assertThat(plan(List.of(NodeAnswer.failed("a:1", "ERR_TIMEOUT")), SKIP_NODES)
                        .result())
                .isEqualTo(ResultCode.ERR_TRY_AGAIN);
    }
}
