package io.kintsugi.master.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.sim.Laws;
import io.kintsugi.master.sim.RandomOperators;
import io.kintsugi.master.sim.SimCluster;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Operators' verbs at random, concurrently, with leaders, datanodes and disks failing meanwhile. A failure names its seed. */
class RandomOperatorsTest {
    private static final int SEEDS = Integer.getInteger("kintsugi.sim.seeds", 200);
    private static final long FIRST = Long.getLong("kintsugi.sim.seed", 1);
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    void theLawsHoldAndEveryOpEndsOrSaysWhyItWaits() {
        int asked = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                asked += run(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + ": repeat with -Dkintsugi.sim.seed=" + seed + " -Dkintsugi.sim.seeds=1", e);
            }
        }
        assertThat(asked).as("verbs that were accepted").isGreaterThan(SEEDS * 5);
    }

    private static int run(long seed) {
        int replicas = 1 + (int) (seed % 3);
        SimCluster c = new SimCluster(5, 2);
        Laws.watch(c, 23);
        c.createTable("t", 5, replicas);
        RandomOperators operators = new RandomOperators(c, seed);
        for (int i = 0; i < 60; i++) {
            operators.act();
            c.world().run(operators.pause());
        }
        operators.endFaults();
        c.run("all is served and quiet", LONG, () -> settled(c));
        for (Op op : c.masters().state().openOps()) {
            if (op.kind() != OpKind.NODE_DECOMMISSION) {
                assertThat(op.reason()).as("why %s waits", op).isNotBlank();
            }
        }
        c.masters().state().openOps().stream()
                .filter(op -> op.parent() == 0)
                .map(Op::id)
                .toList()
                .forEach(operators::cancel);
        c.run("all ops end", LONG, () -> c.masters().state().openOps().isEmpty());
        c.run("healthy", LONG, c::healthy);
        Laws.nothingLeftBehind(c);
        everythingCanBeUsedAgain(c);
        return operators.accepted();
    }

    /** No move is under way: those that are left wait, or are paused. */
    private static boolean settled(SimCluster c) {
        return c.masters().loop() != null
                && c.masters().loop().view().isPresent()
                && c.partitions().stream().allMatch(p -> c.view().served(p))
                && c.masters().state().openOps().stream()
                        .allMatch(op -> op.status() == OpStatus.PAUSED
                                || op.status() == OpStatus.MARKED
                                        && (op.parent() != 0 || !op.reason().equals(Op.WAITING_FOR_ADMISSION))
                                || op.kind() == OpKind.NODE_DECOMMISSION
                                || op.status() == OpStatus.RUNNING
                                        && !op.reason().isBlank()
                                        && !op.holdsToken());
    }

    private static void everythingCanBeUsedAgain(SimCluster c) {
        List.copyOf(c.masters().state().nodes()).stream()
                .filter(n -> n.drain() == DrainState.DRAINED)
                .forEach(n -> c.ask(new Command.RecommissionNode(n.id())));
        List.copyOf(c.masters().state().disks()).stream()
                .filter(d -> d.drain() == DrainState.DRAINED)
                .forEach(d -> c.ask(new Command.RecommissionDisk(d.id())));
        assertThat(c.masters().state().disks()).allMatch(d -> d.placeable());
    }
}
