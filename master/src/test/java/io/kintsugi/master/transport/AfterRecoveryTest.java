package io.kintsugi.master.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Command.DiskFact;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Health;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.master.state.MasterCore;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.NodeFacts;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.SoftState;
import io.kintsugi.master.view.Stranger;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster of the second generation: what its health says of the first. */
class AfterRecoveryTest {
    private static final long GENERATION = 2;

    private final MasterCore core = new MasterCore();
    private final SoftState soft = new SoftState();
    private ClusterView state = core.empty();
    private long index;

    @BeforeEach
    void oneTable() {
        apply(new Command.InitCluster("c", GENERATION));
        apply(new Command.RegisterNode("n", "d1", "n:1", "n:2", "z", "", List.of(new DiskFact("uuid", "/data/1"))));
        soft.put(new NodeFacts(1, Liveness.ALIVE, true, true, 0, 0));
        soft.put(new DiskFacts(1, DiskFacts.Health.OK, "", 0, 1L << 30));
        apply(new Command.CreateTable("t", 1, 1, "crc32c", List.of(new Command.Placement(List.of(1)))));
    }

    private void apply(Command command) {
        state = core.apply(new LogPosition(1, ++index), List.of(new Envelope("", 0, 1_000, "test", command)))
                .state();
    }

    private Partition partition() {
        return state.partitions().values().iterator().next();
    }

    private void reported(long replica, int partition, long epoch) {
        soft.put(
                new ReplicaFacts(
                        replica,
                        partition,
                        1,
                        1,
                        epoch,
                        ReplicaFacts.Role.NONE,
                        ReplicaFacts.State.OK,
                        epoch,
                        7,
                        0,
                        0,
                        0,
                        ""),
                state.partition(partition).orElse(null),
                0);
    }

    private Health health(String... flagged) {
        return AfterRecovery.added(new Health("ok", List.of()), new View(state, soft, 0, 1_000, 1), List.of(flagged));
    }

    @Test
    void nothingIsSaidWhereNothingIsLeft() {
        Partition p = partition();
        reported(p.members().getFirst().replica(), p.id(), 1); // a member, not told yet
        reported(98, p.id(), Partition.firstEpoch(GENERATION)); // on its way out
        assertThat(health()).isEqualTo(new Health("ok", List.of()));
    }

    @Test
    void whoKnowsNoConfigurationOfThisGenerationIsCounted() {
        reported(99, partition().id(), Partition.firstEpoch(GENERATION) - 1);
        reported(77, 1234, Partition.firstEpoch(GENERATION) + 5); // of a partition that never was
        Health health = health();
        assertThat(health.status()).isEqualTo("warning");
        assertThat(health.checks()).singleElement().satisfies(check -> {
            assertThat(check.code()).isEqualTo("REPLICAS_KEPT_ASIDE");
            assertThat(check.message()).endsWith("doesn't name: 2");
            assertThat(check.subjects())
                    .containsExactly("replica 77 of partition 1234 on d1:/data/1", "replica 99 of t.0 on d1:/data/1");
        });
    }

    @Test
    void aFlagThatIsStillOnIsAWarningAndNeverLessThanWhatWasThere() {
        assertThat(health("m1", "m3").checks()).singleElement().satisfies(check -> {
            assertThat(check.code()).isEqualTo("RECOVERY_FLAG_ON");
            assertThat(check.subjects()).containsExactly("m1", "m3");
        });
        Health critical = new Health("critical", List.of(new Health.Check("X", "critical", "", "", List.of())));
        assertThat(AfterRecovery.added(critical, new View(state, soft, 0, 1_000, 1), List.of("m1")))
                .matches(h -> h.status().equals("critical"))
                .matches(h -> h.checks().size() == 2);
    }

    @Test
    void datanodesThatGoByOtherMastersAreAnAlarmWhileTheyKnock() {
        soft.refused(new Stranger("d8", "n:8", "another", 1, 0));
        soft.refused(new Stranger("d7", "n:7", "another", 1, 0));
        soft.refused(new Stranger("d9", "n:9", "c", GENERATION + 1, 0));
        Health health = health();
        assertThat(health.status()).isEqualTo("critical");
        assertThat(health.checks())
                .extracting(Health.Check::code, Health.Check::subjects)
                .containsExactly(
                        tuple("DATANODES_OF_ANOTHER_CLUSTER", List.of("d7 (n:7)", "d8 (n:8)")),
                        tuple("DATANODES_OF_NEWER_GENERATION", List.of("d9 (n:9)")));
        assertThat(health.checks().getFirst().message())
                .contains("administrator should check consistency of meta data");

        View later = new View(state, soft, Duration.ofMinutes(1).toNanos(), 61_000, 1);
        assertThat(AfterRecovery.added(new Health("ok", List.of()), later, List.of())
                        .checks())
                .isEmpty();
    }
}
