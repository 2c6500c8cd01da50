package io.kintsugi.master.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.model.Attempt;
import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.sim.FakeDatanode;
import io.kintsugi.master.sim.Laws;
import io.kintsugi.master.sim.SimCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The destination fails in mid-copy: noticed, rolled back, moved elsewhere. */
class DestinationFaultsTest {
    private static final Duration COPY = Duration.ofSeconds(4);
    private static final Map<String, Consumer<FakeDatanode>> FAULTS = Map.of(
            "DESTINATION_DEAD", FakeDatanode::kill,
            "DESTINATION_FULL", n -> n.full("/0", true),
            "DESTINATION_UNAVAILABLE", n -> n.breakDisk("/0"),
            "DESTINATION_TOO_SLOW", n -> n.stall(true),
            "FROZEN", n -> n.freeze(true));

    static List<String> faults() {
        return FAULTS.keySet().stream().sorted().toList();
    }

    private static SimCluster copying(int nodes) {
        SimCluster c = new SimCluster(nodes, 1);
        Laws.watch(c, 4);
        c.createTable("t", 1, 3);
        c.copyTime(COPY);
        c.ask(new SetSettings(Map.of("DpRepairTimeoutMs", "8000")));
        return c;
    }

    private static long drainAMember(SimCluster c) {
        long op = c.drain(c.name(c.partitions().get(0).members().get(0).node()), "/0");
        c.run("joining", Duration.ofSeconds(3), () -> c.partitions().get(0).joining() != null);
        c.world().run(COPY.dividedBy(2));
        return op;
    }

    @ParameterizedTest
    @MethodSource("faults")
    void itIsMovedElsewhereNoMuchLater(String fault) {
        SimCluster c = copying(5);
        long op = drainAMember(c);
        FakeDatanode destination = c.node(c.partitions().get(0).joining().node());
        FAULTS.get(fault).accept(destination);
        c.run("drained", COPY.plusSeconds(10), () -> c.op(op).ended());
        assertThat(c.op(op).status()).isEqualTo(OpStatus.SUCCESS);
        String reason = fault.equals("FROZEN") ? "DESTINATION_DEAD" : fault;
        assertThat(c.moves()).singleElement().satisfies(move -> {
            assertThat(move.tries().rollbacks()).isEqualTo(1);
            assertThat(move.move().story()).singleElement().satisfies(a -> {
                assertThat(a.end()).isEqualTo(AttemptEnd.ROLLBACK);
                assertThat(a.reason()).isIn(reason, "DESTINATION_TOO_SLOW");
            });
        });
        if (!destination.up()) {
            destination.start();
        }
        destination.freeze(false);
        Laws.nothingLeftBehind(c);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DESTINATION_DEAD", "DESTINATION_FULL", "FROZEN"})
    void withNoneLeftItWaitsWithAReasonAndGoesOnWhenANodeIsAdded(String fault) {
        SimCluster c = copying(4);
        long op = drainAMember(c);
        FAULTS.get(fault).accept(c.node(c.partitions().get(0).joining().node()));
        c.world().run(Duration.ofMinutes(5));
        assertThat(c.op(op))
                .matches(o -> o.status() == OpStatus.MARKED && o.reason().equals("NO_DESTINATION"));
        assertThat(c.moves()).singleElement().matches(m -> m.status() == OpStatus.MARKED);
        assertThat(c.masters().state().movesOfNodeset(1)).isEmpty();
        c.add("d9", "default", 1);
        c.run("begun again", Duration.ofSeconds(2), () -> c.moves().get(0).status() == OpStatus.RUNNING);
        c.run("drained", Duration.ofSeconds(20), () -> c.op(op).status() == OpStatus.SUCCESS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNewLeaderDoesNotTakeALongCopyForAStalledOne(boolean killed) {
        SimCluster c = copying(5);
        c.copyTime(Duration.ofMinutes(10));
        long op = drainAMember(c);
        c.world().run(Duration.ofMinutes(2));
        for (int i = 0; i < 5; i++) {
            if (killed) {
                c.masters().killLeader();
            }
            c.world().run(Duration.ofSeconds(20));
        }
        c.run("drained", Duration.ofMinutes(15), () -> c.op(op).ended());
        assertThat(c.moves()).singleElement().satisfies(m -> {
            assertThat(m.status()).isEqualTo(OpStatus.SUCCESS);
            assertThat(m.move().story()).extracting(Attempt::reason).isEmpty();
        });
    }
}
