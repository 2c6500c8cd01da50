package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Something is drained under load, and a process is killed while it stands at a failpoint: the leading master, or the first datanode that
 * comes by. The drain must end well, whoever goes on with it.
 */
final class DrainScenario {
    private static final Duration REACHED = Duration.ofMinutes(1);
    private static final Duration STANDS_SOON = Duration.ofSeconds(30);
    /** Disk, node, partition. */
    private static final int KINDS = 3;

    private final ClusterUnderLoad load;

    DrainScenario(ClusterUnderLoad load) {
        this.load = load;
    }

    /**
     * Processes are killed at all of these points in one drain; for points that it doesn't come by, one drain each in one circumstance after
     * the other, until it does.
     *
     * @param turn what is drained takes turns: a disk, a datanode, a partition of one of the tables
     */
    void killedAt(List<String> failpoints, int turn) {
        List<String> left = new ArrayList<>(failpoints);
        if (turn % KINDS == 2 && failpoints.stream().noneMatch(DrainScenario::onlyInDrains)) {
            left.removeAll(killedAt(left, Circumstance.PLAIN, this::aPartition, turn / KINDS));
        }
        Draw whole = turn % KINDS == 1 ? this::aNode : this::aDisk;
        if (left.size() > 1) {
            left.removeAll(killedAt(left, Circumstance.PLAIN, whole, turn));
        }
        left.forEach(failpoint -> killedAt(failpoint, whole, turn));
    }

    /** A partition's own move is admitted differently, and over soon. */
    private static boolean onlyInDrains(String failpoint) {
        return failpoint.matches("master\\.(decommission\\..*|move\\.admit|store\\.flush)");
    }

    private void killedAt(String failpoint, Draw draw, int turn) {
        for (Circumstance circumstance : Circumstance.leadingTo(failpoint)) {
            if (!killedAt(List.of(failpoint), circumstance, draw, turn).isEmpty()) {
                return;
            }
        }
        throw new AssertionError("no drain comes by " + failpoint + ": add to Circumstance what leads there");
    }

    private interface Draw {
        Drain one(Circumstance circumstance, int turn);
    }

    private Drain aDisk(Circumstance circumstance, int turn) {
        return Drain.ofDisk(load, load.aDiskInUse(disk -> !circumstance.destroys() || !load.hasSingles(disk)));
    }

    private Drain aNode(Circumstance circumstance, int turn) {
        JsonNode disk = load.aDiskInUse(d -> !circumstance.destroys() || !load.hasSingles(d));
        return Drain.ofNode(load, disk.path("node").asText());
    }

    private Drain aPartition(Circumstance circumstance, int turn) {
        List<String> tables = load.tables().keySet().stream().sorted().toList();
        return Drain.ofPartition(load, tables.get(turn % tables.size()));
    }

    /** @return the points at which somebody was killed */
    private Set<String> killedAt(List<String> failpoints, Circumstance circumstance, Draw draw, int turn) {
        load.giveBackAll();
        load.awaitAllInSync();
        circumstance.prepare(load);
        Drain drain = draw.one(circumstance, turn);
        Map<String, String> killed = new LinkedHashMap<>();
        JsonNode ended;
        try (RedundancyWatch watch = load.watch()) {
            failpoints.forEach(point -> load.armory.pause(point, machines(point)));
            // the answer to this very request may be what the leader stands before: then the next one gives it
            CompletableFuture<Long> op = CompletableFuture.supplyAsync(drain::begin);
            Runnable end = circumstance.begin(load, drain);
            Optional<Victim> victim = awaitVictim(failpoints, op, circumstance);
            while (victim.isPresent()) {
                kill(victim.get());
                killed.put(victim.get().failpoint(), victim.get().name());
                List<String> left =
                        failpoints.stream().filter(p -> !killed.containsKey(p)).toList();
                victim = left.isEmpty() ? Optional.empty() : awaitVictim(left, op, circumstance);
            }
            failpoints.forEach(point -> load.armory.off(point, machines(point)));
            end.run();
            ended = load.awaitEnd(op.join());
            assertThat(watch.looks()).isPositive();
            assertThat(watch.mostMissing())
                    .as("in-sync replicas at the worst look: %s", watch.worstAsShown())
                    .isLessThanOrEqualTo(mostAway(failpoints, circumstance));
        } finally {
            // a failure here is not to be the next one's
            failpoints.forEach(point -> load.armory.off(point, machines(point)));
        }
        load.awaitAllInSync();
        drain.assertDone(ended);
        load.assertNothingLost();
        drain.giveBack();
        await().atMost(REACHED).ignoreExceptions().until(() -> load.mastersAlive() == 3);
        System.out.printf(
                "failpoints %s, %s, %s %s: %s%n",
                failpoints,
                circumstance,
                ended.path("kind").asText(),
                ended.path("target").asText(),
                killed.isEmpty() ? "not passed" : "killed " + killed);
        return killed.keySet();
    }

    private record Victim(String failpoint, String name) {}

    private void kill(Victim victim) {
        load.cluster.kill(victim.name());
        load.armory.off(victim.failpoint(), machines(victim.failpoint()));
        load.cluster.startAgain(victim.name());
    }

    /** Those that come by the point. */
    private List<String> machines(String failpoint) {
        return atMaster(failpoint) ? load.cluster.masters() : load.cluster.datanodes();
    }

    private static boolean atMaster(String failpoint) {
        return failpoint.startsWith("master.");
    }

    /** An undisturbed drain that has ended has passed all the points that it will; what follows from a circumstance takes its time. */
    private Optional<Victim> awaitVictim(
            List<String> failpoints, CompletableFuture<Long> op, Circumstance circumstance) {
        boolean plain = circumstance == Circumstance.PLAIN;
        AtomicReference<Optional<Victim>> standing = new AtomicReference<>(Optional.empty());
        try {
            await().atMost(plain ? REACHED : STANDS_SOON)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> {
                        standing.set(failpoints.stream()
                                .flatMap(p ->
                                        load
                                                .armory
                                                .standing(p, candidates(p))
                                                .map(name -> new Victim(p, name))
                                                .stream())
                                .findFirst());
                        return standing.get().isPresent() || plain && op.isDone() && load.hasEnded(op.join());
                    });
        } catch (ConditionTimeoutException e) {
            assertThat(plain)
                    .as("the drain neither ends nor comes by %s", failpoints)
                    .isFalse();
        }
        return standing.get();
    }

    /** Some points of masters are the followers' too: the leader is the one to be killed. */
    private List<String> candidates(String failpoint) {
        if (!atMaster(failpoint)) {
            return load.cluster.datanodes();
        }
        String leader = load.admin.leader();
        return leader.isEmpty() ? List.of() : List.of(leader);
    }

    /** What a killed datanode or a wiped disk had is away for a while; the master itself must take nothing. */
    private static int mostAway(List<String> failpoints, Circumstance circumstance) {
        return (failpoints.stream().allMatch(DrainScenario::atMaster) ? 0 : 1)
                + (circumstance == Circumstance.DISK_WIPED || circumstance == Circumstance.DESTINATION_DIES ? 1 : 0);
    }
}
