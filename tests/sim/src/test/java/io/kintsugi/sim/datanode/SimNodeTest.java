package io.kintsugi.sim.datanode;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.sim.world.LawBroken;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The product's datanodes on simulated ports. */
class SimNodeTest {
    private static final int SEEDS = Integer.getInteger("sim.nodes.seeds", 6);

    @Test
    void whatWasAcknowledgedSurvivesFaultsOfNodesAndDisks() {
        long writes = 0;
        long destroyed = 0;
        long moves = 0;
        long recoveries = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            NodesRun run = run(seed);
            writes += run.writes;
            destroyed += run.destroyed();
            moves += run.master.moves();
            recoveries += run.master.recoveries();
        }
        assertThat(writes).isGreaterThan(SEEDS * 500L);
        assertThat(destroyed).isGreaterThan(SEEDS);
        assertThat(moves).isGreaterThan(SEEDS);
        assertThat(recoveries).isGreaterThan(SEEDS);
    }

    @Test
    void fullDisksLoseNoReplicaAndGoOnWhenThereIsRoom() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            NodesRun run = new NodesRun(seed, 0, true);
            run.run(Duration.ofSeconds(60));
            assertThat(run.master.replaced()).as("seed " + seed).isZero();
            assertThat(run.writes).as("seed " + seed).isGreaterThan(100);
            assertThat(run.world.counts().of("fault.disk-full")).isPositive();
        }
    }

    @Test
    void aDiskThatWasFullWhenItsAgentStartedIsUsedOnceThereIsRoom() {
        NodesRun run = new NodesRun(1, 0);
        SimNode node = run.nodes.get("d1");
        run.world.run(Duration.ofSeconds(5));
        node.crash();
        node.disks().getFirst().fault(SimDisk.Fault.FULL, true);
        node.start();
        run.world.run(Duration.ofSeconds(20));
        assertThat(node.host().unusable()).hasSize(1);
        assertThat(node.host().disks()).hasSize(1);

        node.disks().getFirst().fault(SimDisk.Fault.FULL, false);

        assertThat(run.world.runUntil(
                        Duration.ofSeconds(30), () -> node.host().unusable().isEmpty()))
                .isTrue();
        assertThat(node.host().disks()).hasSize(2);
    }

    @Test
    void theSameSeedRunsTheSameWay() {
        assertThat(run(7).world.trace().hash()).isEqualTo(run(7).world.trace().hash());
        assertThat(run(8).world.trace().hash())
                .isNotEqualTo(run(7).world.trace().hash());
    }

    private static NodesRun run(long seed) {
        NodesRun run = new NodesRun(seed, 0);
        try {
            run.run(Duration.ofSeconds(60));
            return run;
        } catch (LawBroken e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + lastEvents(seed), e);
        }
    }

    /** The same run once more, remembering its last events. */
    private static String lastEvents(long seed) {
        NodesRun again = new NodesRun(seed, 400);
        try {
            again.run(Duration.ofSeconds(60));
            return "the second run was fine: the run isn't deterministic";
        } catch (LawBroken e) {
            Predicate<String> all = subject -> true;
            return String.join("\n", again.world.trace().last(60, all));
        }
    }
}
