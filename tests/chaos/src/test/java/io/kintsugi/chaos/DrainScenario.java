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
 * A disk is drained under load, and a process is killed while it stands at a failpoint: the leading master, or the first datanode that
 * comes by. The drain must end well, whoever goes on with it.
 */
final class DrainScenario {
    private static final Duration REACHED = Duration.ofMinutes(1);
    private static final Duration STANDS_SOON = Duration.ofSeconds(30);
    private final ClusterUnderLoad load;

    DrainScenario(ClusterUnderLoad load) {
        this.load = load;
    }

    /** Tries one circumstance after the other until the drain comes by the point. */
    void killedAt(String failpoint) {
        for (Circumstance circumstance : Circumstance.leadingTo(failpoint)) {
            if (killedAt(failpoint, circumstance)) {
                return;
            }
        }
        throw new AssertionError("no drain comes by " + failpoint + ": add to Circumstance what leads there");
    }

    /** @return false when the drain ended without anybody standing there */
    private boolean killedAt(String failpoint, Circumstance circumstance) {
        boolean atMaster = failpoint.startsWith("master.");
        load.awaitAllInSync();
        circumstance.prepare(load);
        JsonNode disk = load.aDiskInUse();
        JsonNode ended;
        Optional<String> victim;
        List<String> armed = atMaster ? load.cluster.masters() : load.cluster.datanodes();
        try (RedundancyWatch watch = new RedundancyWatch(load.admin, ClusterUnderLoad.TABLE)) {
            load.armory.pause(failpoint, armed);
            // the answer to this very request may be what the leader stands before: then the next one gives it
            CompletableFuture<Long> op = CompletableFuture.supplyAsync(() -> load.decommission(disk));
            Runnable end = circumstance.begin(load, disk);
            victim = awaitVictim(failpoint, op, circumstance);
            victim.ifPresent(load.cluster::kill);
            load.armory.off(failpoint, armed);
            victim.ifPresent(load.cluster::startAgain);
            end.run();
            ended = load.awaitEnd(op.join());
            assertThat(watch.looks()).isPositive();
            assertThat(watch.least())
                    .as("in-sync replicas at the worst look: %s", watch.leastAsShown())
                    .isGreaterThanOrEqualTo(leastInSync(atMaster, circumstance));
        } finally {
            load.armory.off(failpoint, armed); // a failure here is not to be the next one's
        }
        load.awaitAllInSync();
        load.assertDrained(disk, ended);
        load.assertNothingLost();
        load.recommission(disk);
        await().atMost(REACHED).ignoreExceptions().until(() -> load.mastersAlive() == 3);
        System.out.printf(
                "failpoint %s, %s: %s%n",
                failpoint,
                circumstance,
                victim.map(v -> v + " was killed there").orElse("not passed"));
        return victim.isPresent();
    }

    /** An undisturbed drain that has ended has passed all the points that it will; else what follows from the circumstance takes its time. */
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
    private static int leastInSync(boolean atMaster, Circumstance circumstance) {
        int away = (atMaster ? 0 : 1)
                + (circumstance == Circumstance.DISK_WIPED || circumstance == Circumstance.DESTINATION_DIES ? 1 : 0);
        return 3 - away;
    }
}
