package io.kintsugi.sim.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Settings;
import io.kintsugi.sim.world.LinkQuality;
import io.kintsugi.sim.world.Network;
import io.kintsugi.sim.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SimMastersTest {
    private static final RaftTiming TIMING = new RaftTiming(500_000_000, 1_000_000_000, 3_000_000, 50_000_000, 20, 10);
    private static final Duration BOUND = Duration.ofSeconds(30);

    /** A group under faults, and somebody who proposes all the time. */
    private static final class Run {
        private final World world;
        private final Network network;
        private final SimMasters masters;
        private final SplittableRandom random;
        private final List<CompletableFuture<Outcome>> answers = new ArrayList<>();
        private boolean over;

        Run(long seed) {
            world = new World(seed, 200);
            network = new Network(world);
            random = world.random("test");
            masters = new SimMasters(world, network, 1 + random.nextInt(5), TIMING);
            propose();
            fault();
        }

        private void propose() {
            if (!over) {
                SimMaster to = masters.all().get(random.nextInt(masters.all().size()));
                if (to.process().up()) {
                    answers.add(to.proposer()
                            .propose(
                                    "r" + answers.size(),
                                    0,
                                    "test",
                                    new Command.SetSettings(
                                            Map.of("DecommissionDpLimit", "" + (1 + random.nextInt(50))))));
                }
                world.after(random.nextLong(20_000_000), "propose", "test", this::propose);
            }
        }

        private void fault() {
            if (over) {
                return;
            }
            SimMaster one = masters.all().get(random.nextInt(masters.all().size()));
            SimMaster other = masters.all().get(random.nextInt(masters.all().size()));
            long lasts = random.nextLong(3_000_000_000L);
            switch (random.nextInt(7)) {
                case 0, 1 -> {
                    one.process().crash();
                    later(lasts, () -> revive(one));
                }
                case 2 -> {
                    one.process().pause();
                    later(lasts, one.process()::resume);
                }
                case 3 -> {
                    network.cut(one.name(), other.name(), true);
                    later(lasts, () -> network.cut(one.name(), other.name(), false));
                }
                case 4 -> masters.depose();
                case 5 -> network.quality(new LinkQuality(100_000, 5_000_000, 0.1, 0.1, 0.1, 400_000_000));
                default -> {
                    if (masters.whole() && masters.canSpare(one)) {
                        one.wipe();
                        later(lasts, () -> revive(one));
                    }
                }
            }
            later(random.nextLong(1_000_000_000), this::fault);
        }

        private static void revive(SimMaster master) {
            if (!master.process().up()) {
                master.start();
            }
        }

        private void later(long nanos, Runnable what) {
            world.after(nanos, "fault", "test", what);
        }

        void heal() {
            over = true;
            network.heal();
            for (SimMaster m : masters.all()) {
                m.process().resume();
                revive(m);
            }
        }

        boolean equal() {
            return masters.whole()
                    && masters.leader().isPresent()
                    && masters.all().stream()
                            .allMatch(m -> m.state().digest() == masters.state().digest());
        }

        long answered(String reason) {
            return answers.stream()
                    .filter(a -> a.isCompletedExceptionally()
                            && a.exceptionNow() instanceof io.kintsugi.master.port.ProposalException e
                            && e.reason().equals(reason))
                    .count();
        }
    }

    @Test
    void whateverFailsMastersAgreeAndInTheEndAllAreThere() {
        long elections = 0;
        long seeded = 0;
        long unknown = 0;
        long accepted = 0;
        for (long seed = 1; seed <= 60; seed++) {
            Run run = new Run(seed);
            run.world.run(Duration.ofSeconds(30));
            run.heal();
            assertThat(run.world.runUntil(BOUND, run::equal))
                    .as(
                            "seed %d: %s %s",
                            seed, run.masters.all(), run.world.trace().last(40, s -> true))
                    .isTrue();
            elections += run.masters.elections();
            seeded += run.world.counts().of("seeded");
            unknown += run.answered("UNKNOWN");
            accepted += run.answers.stream()
                    .filter(a -> a.isDone() && !a.isCompletedExceptionally())
                    .count();
        }
        assertThat(elections).isGreaterThan(300);
        assertThat(seeded).isGreaterThan(20);
        assertThat(unknown).isGreaterThan(20);
        assertThat(accepted).isGreaterThan(5000);
    }

    @Test
    void aLeaderThatIsDeposedDoesNotKnowItAndItsProposalHasAnUnknownOutcome() {
        World world = new World(5);
        Network network = new Network(world);
        SimMasters masters = new SimMasters(world, network, 3, RaftTiming.USUAL);
        assertThat(world.runUntil(BOUND, () -> masters.leader().isPresent())).isTrue();
        SimMaster old = masters.leader().orElseThrow();
        for (SimMaster m : masters.all()) {
            if (m != old) {
                network.split(old.name(), m.name(), true);
            }
        }
        Settings before = masters.state().settings();
        CompletableFuture<Outcome> lost =
                old.proposer().propose("lost", 0, "test", new Command.SetSettings(Map.of("DecommissionDpLimit", "7")));
        assertThat(world.runUntil(
                        BOUND, () -> masters.leader().map(m -> m != old).orElse(false)))
                .isTrue();
        assertThat(world.runUntil(BOUND, lost::isDone)).isTrue();
        assertThat(lost).isCompletedExceptionally();
        network.heal();
        assertThat(world.runUntil(BOUND, () -> masters.all().stream()
                        .allMatch(m -> m.state().digest() == masters.state().digest())))
                .isTrue();
        assertThat(masters.state().settings()).isEqualTo(before);
        assertThat(world.runUntil(BOUND, () -> !old.leads())).isTrue();
    }
}
