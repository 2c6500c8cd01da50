package io.kintsugi.master.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Brake;
import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.plan.Health;
import io.kintsugi.master.sim.SimCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The brake of automatic work, on virtual time. */
class BrakeTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration A_WHILE = Duration.ofSeconds(30);

    private static SimCluster cluster() {
        SimCluster c = new SimCluster(5, 1);
        c.createTable("t", 4, 3);
        return c;
    }

    private static Brake brake(SimCluster c) {
        return c.masters().state().cluster().map(Cluster::brake).orElseThrow();
    }

    private static void engaged(SimCluster c) {
        c.run("the brake is engaged", SOON, () -> brake(c).engaged());
    }

    @Test
    void aThirdOfTheDatanodesDyingAtOnceEngagesItAndSaysSo() {
        SimCluster c = cluster();
        c.node("d1").kill();
        c.node("d2").kill();
        engaged(c);
        assertThat(brake(c).message()).contains("2 of 5 datanodes died", "d1, d2", "BrakePercent 30");
        assertThat(Health.of(c.view(), List.of()).checks())
                .filteredOn(check -> check.code().equals("AUTOMATIC_WORK_STOPPED"))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.level()).isEqualTo("critical");
                    assertThat(check.remedy()).contains("cluster release-brake");
                });
    }

    @Test
    void aThirdOfTheDisksBreakingAtOnceEngagesItToo() {
        SimCluster c = new SimCluster(5, 2);
        c.createTable("t", 4, 3);
        List.of("d1", "d2", "d3", "d4").forEach(n -> c.node(n).breakDisk("/0"));
        engaged(c);
        assertThat(brake(c).message()).contains("of 10 disks broke");
        c.world().run(A_WHILE);
        assertThat(c.masters().state().openDrains()).isEmpty();
    }

    @Test
    void oneIsNeverTooMany() {
        SimCluster c = cluster();
        c.get(c.masters().service().setSettings(SimCluster.TEST, Map.of("BrakePercent", "1")));
        c.node("d1").kill();
        c.world().run(A_WHILE);
        assertThat(brake(c).engaged()).isFalse();
    }

    @Test
    void neverWhenItsShareIsZero() {
        SimCluster c = cluster();
        c.get(c.masters().service().setSettings(SimCluster.TEST, Map.of("BrakePercent", "0")));
        List.of("d1", "d2", "d3").forEach(n -> c.node(n).kill());
        c.world().run(A_WHILE);
        assertThat(brake(c).engaged()).isFalse();
    }

    @Test
    void whoCameBackDoesNotCount() {
        SimCluster c = cluster();
        for (int i = 1; i <= 5; i++) {
            c.node("d" + i).kill();
            c.world().run(SOON);
            c.node("d" + i).start();
            c.run("healthy", A_WHILE, c::healthy);
        }
        assertThat(brake(c).engaged()).isFalse();
    }

    @Test
    void whoDiesAgainAndAgainCountsThoughItCameBack() {
        SimCluster c = cluster();
        for (int i = 0; i < 3; i++) {
            for (String flapping : List.of("d1", "d2")) {
                assertThat(brake(c).engaged()).isFalse();
                c.node(flapping).kill();
                c.world().run(SOON);
                c.node(flapping).start();
                c.run("healthy", A_WHILE, c::healthy);
            }
            if (i == 1) {
                c.masters().killLeader();
            }
        }
        engaged(c);
        assertThat(brake(c).message()).contains("d1 again and again", "d2 again and again");

        c.ask(new Command.ReleaseBrake());
        c.world().run(A_WHILE);
        assertThat(brake(c).engaged())
                .as("what was before the release counts no more")
                .isFalse();
    }

    @Test
    void itOutlastsLeadersUntilItIsReleasedAndTheSameDeathsDoNotEngageItAgain() {
        SimCluster c = cluster();
        c.node("d1").kill();
        c.node("d2").kill();
        engaged(c);
        c.masters().killLeader();
        c.world().run(A_WHILE);
        assertThat(brake(c).engaged()).isTrue();

        c.ask(new Command.ReleaseBrake());
        c.world().run(A_WHILE);
        c.masters().killLeader();
        c.world().run(A_WHILE);
        assertThat(brake(c).engaged()).isFalse();
        assertThat(brake(c).releasedAt()).isPositive();

        c.node("d1").start();
        c.node("d2").start();
        c.run("healthy", A_WHILE, c::healthy);
        c.node("d3").kill();
        c.node("d4").kill();
        engaged(c);
    }

    @Test
    void aNewLeaderKnowsWhoHasBeenDeadForLong() {
        SimCluster c = cluster();
        c.get(c.masters().service().setSettings(SimCluster.TEST, Map.of("BrakeWindowMs", "60000")));
        c.node("d1").kill();
        c.world().run(Duration.ofSeconds(70));
        long since = c.masters().state().node(c.id("d1")).orElseThrow().deadSince();
        c.node("d2").kill();
        c.world().run(Duration.ofSeconds(70));
        c.masters().killLeader();
        c.world().run(A_WHILE);
        assertThat(c.view().reports().dead(c.id("d1"))).isTrue();
        assertThat(c.masters().state().node(c.id("d1")).orElseThrow().deadSince())
                .isEqualTo(since)
                .isPositive();
        assertThat(brake(c).engaged()).isFalse();
    }

    @Test
    void releasingWhatIsNotEngagedIsRefused() {
        SimCluster c = cluster();
        assertThat(c.get(c.masters().ask(new Command.ReleaseBrake())).reason()).isEqualTo("BRAKE_NOT_ENGAGED");
    }
}
