package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
     * Tries one circumstance after the other until the drain comes by the point.
     *
     * @param turn what is drained takes turns: a disk, a datanode, a partition of one of the tables
     */
    void killedAt(String failpoint, int turn) {
        // a partition's own move is admitted differently, and over soon
        boolean onlyInDrains = failpoint.matches("master\\.(decommission\\..*|move\\.admit|store\\.flush)");
        if (turn % KINDS == 2
                && !onlyInDrains
                && killedAt(failpoint, Circumstance.PLAIN, this::aPartition, turn / KINDS)) {
            return;
        }
        Draw whole = turn % KINDS == 1 ? this::aNode : this::aDisk;
        for (Circumstance circumstance : Circumstance.leadingTo(failpoint)) {
            if (killedAt(failpoint, circumstance, whole, turn)) {
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

    /** @return false when the drain ended without anybody standing there */
    private boolean killedAt(String failpoint, Circumstance circumstance, Draw draw, int turn) {
        boolean atMaster = failpoint.startsWith("master.");
        load.giveBackAll();
        load.awaitAllInSync();
        circumstance.prepare(load);
        Drain drain = draw.one(circumstance, turn);
        JsonNode ended;
        Optional<String> victim;
        List<String> armed = atMaster ? load.cluster.masters() : load.cluster.datanodes();
        try (RedundancyWatch watch = load.watch()) {
            load.armory.pause(failpoint, armed);
            // the answer to this very request may be what the leader stands before: then the next one gives it
            CompletableFuture<Long> op = CompletableFuture.supplyAsync(drain::begin);
            Runnable end = circumstance.begin(load, drain);
            victim = awaitVictim(failpoint, op, circumstance);
            victim.ifPresent(load.cluster::kill);
            load.armory.off(failpoint, armed);
            victim.ifPresent(load.cluster::startAgain);
            end.run();
            ended = load.awaitEnd(op.join());
            assertThat(watch.looks()).isPositive();
            assertThat(watch.mostMissing())
                    .as("in-sync replicas at the worst look: %s", watch.worstAsShown())
                    .isLessThanOrEqualTo(mostAway(atMaster, circumstance));
        } finally {
            load.armory.off(failpoint, armed); // a failure here is not to be the next one's
        }
        load.awaitAllInSync();
        drain.assertDone(ended);
        load.assertNothingLost();
        drain.giveBack();
        await().atMost(REACHED).ignoreExceptions().until(() -> load.mastersAlive() == 3);
        System.out.printf(
                "failpoint %s, %s, %s %s: %s%n",
                failpoint,
                circumstance,
                ended.path("kind").asText(),
                ended.path("target").asText(),
                victim.map(v -> v + " was killed there").orElse("not passed"));
        return victim.isPresent();
    }

    /** An undisturbed drain that has ended has passed all the points that it will; what follows from a circumstance takes its time. */
    private Optional<String> awaitVictim(String failpoint, CompletableFuture<Long> op, Circumstance circumstance) {
        boolean plain = circumstance == Circumstance.PLAIN;
        AtomicReference<Optional<String>> standing = new AtomicReference<>(Optional.empty());
        try {
            await().atMost(plain ? REACHED : STANDS_SOON)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> {
                        standing.set(load.armory.standing(failpoint, candidates(failpoint)));
                        return standing.get().isPresent() || plain && op.isDone() && load.hasEnded(op.join());
                    });
        } catch (ConditionTimeoutException e) {
            assertThat(plain)
                    .as("the drain neither ends nor comes by %s", failpoint)
                    .isFalse();
        }
        return standing.get();
    }

    /** Some points of masters are the followers' too: the leader is the one to be killed. */
    private List<String> candidates(String failpoint) {
        if (!failpoint.startsWith("master.")) {
            return load.cluster.datanodes();
        }
        String leader = load.admin.leader();
        return leader.isEmpty() ? List.of() : List.of(leader);
    }

    /** What a killed datanode or a wiped disk had is away for a while; the master itself must take nothing. */
    private static int mostAway(boolean atMaster, Circumstance circumstance) {
        return (atMaster ? 0 : 1)
                + (circumstance == Circumstance.DISK_WIPED || circumstance == Circumstance.DESTINATION_DIES ? 1 : 0);
    }
}
