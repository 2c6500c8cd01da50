package io.kintsugi.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WorldTest {
    @Test
    void theSameSeedGivesTheSameTraceWhetherItIsToldOrNot() {
        assertThat(chatter(7, 0).trace().hash()).isEqualTo(chatter(7, 0).trace().hash());
        assertThat(chatter(7, 100).trace().hash())
                .isEqualTo(chatter(7, 0).trace().hash());
        assertThat(chatter(8, 0).trace().hash())
                .isNotEqualTo(chatter(7, 0).trace().hash());
        assertThat(chatter(7, 0).counts().all())
                .isEqualTo(chatter(7, 0).counts().all())
                .containsKeys("ping", "fault.lost", "fault.doubled");
        assertThat(chatter(7, 100).trace().last(5, "a"::equals)).hasSize(5).allMatch(l -> l.contains("a"));
    }

    /** Two processes that call to each other over a bad network, and crash. */
    private static World chatter(long seed, int remembered) {
        World world = new World(seed, remembered);
        Network network = new Network(world);
        network.quality(new LinkQuality(100_000, 5_000_000, 0.1, 0.1, 0.1, 50_000_000));
        Process a = new Process(world, "a");
        Process b = new Process(world, "b");
        SplittableRandom random = world.random("faults");
        a.start();
        b.start();
        talk(network, a, b);
        talk(network, b, a);
        a.onCrash(() -> world.after(random.nextLong(50_000_000), "restart", "a", () -> {
            a.start();
            talk(network, a, b);
        }));
        for (int i = 1; i < 20; i++) {
            world.after(i * random.nextLong(100_000_000), "crash", "a", a::crash);
        }
        world.run(Duration.ofSeconds(2));
        return world;
    }

    private static void talk(Network network, Process from, Process to) {
        from.after(3_000_000, "talk", () -> {
            network.datagram(from, to, "ping", () -> from.world().note(to.name(), () -> "heard " + from.name()));
            talk(network, from, to);
        });
    }

    @Test
    void whatAnEarlierLifeScheduledNeverRuns() {
        World world = new World(1);
        Process a = new Process(world, "a");
        List<String> ran = new ArrayList<>();
        a.start();
        a.after(10, "task", () -> ran.add("first life"));
        a.crash();
        a.start();
        a.after(20, "task", () -> ran.add("second life"));
        world.run(Duration.ofNanos(100));
        assertThat(ran).containsExactly("second life");
    }

    @Test
    void aPauseHoldsBackAndDeliversLateInOrder() {
        World world = new World(1);
        Process a = new Process(world, "a");
        List<Integer> ran = new ArrayList<>();
        a.start();
        for (int i = 1; i <= 3; i++) {
            int n = i;
            a.after(10L * i, "task", () -> ran.add(n));
        }
        a.pause();
        world.run(Duration.ofNanos(100));
        assertThat(ran).isEmpty();
        a.resume();
        world.run(Duration.ofNanos(1));
        assertThat(ran).containsExactly(1, 2, 3);
    }

    @Test
    void aProcessDiesAtTheFailpointAndCatchingItDoesNotHelp() {
        World world = new World(1);
        Process a = new Process(world, "a");
        List<String> did = new ArrayList<>();
        a.start();
        long life = a.life();
        a.killAt("point", 2);
        a.after(10, "task", () -> {
            a.failpoint("point");
            did.add("once");
            try {
                a.failpoint("point");
            } catch (Killed swallowed) {
                did.add("caught");
            }
            a.check(life);
            did.add("after its end");
        });
        world.run(Duration.ofNanos(100));
        assertThat(did).containsExactly("once", "caught");
        assertThat(a.up()).isFalse();
    }

    @Test
    void aLawThatBreaksEndsTheRunEvenIfItIsCaught() {
        World world = new World(1);
        world.after(5, "task", "a", () -> {
            try {
                world.broken("1", "lost");
            } catch (LawBroken swallowed) {
                world.note("a", () -> "went on");
            }
        });
        assertThatThrownBy(() -> world.run(Duration.ofNanos(10)))
                .isInstanceOf(LawBroken.class)
                .hasMessage("law 1: lost");
    }

    @Test
    void clocksRunAtTheirOwnRateAndTimersNeverComeEarly() {
        World world = new World(1);
        Process a = new Process(world, "a");
        a.start();
        a.clock().rate(0.95);
        long begun = a.clock().nanos();
        long[] seen = new long[1];
        a.after(1_000_000, "task", () -> seen[0] = a.clock().nanos() - begun);
        world.run(Duration.ofMillis(2));
        assertThat(seen[0]).isBetween(1_000_000L, 1_000_001L);
        assertThat(a.clock().nanos()).isEqualTo(1_900_000);
        long wall = a.clock().millis();
        a.clock().jumpWall(-5000);
        assertThat(a.clock().millis()).isEqualTo(wall - 5000);
        assertThat(a.clock().nanos()).isEqualTo(1_900_000);
    }
}
