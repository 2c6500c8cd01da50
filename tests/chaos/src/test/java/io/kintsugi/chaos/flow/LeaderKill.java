package io.kintsugi.chaos.flow;

import static org.awaitility.Awaitility.await;

import io.kintsugi.chaos.ClusterUnderLoad;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Kills whichever master leads at a given moment, and starts it again when another leads. */
final class LeaderKill {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private final ClusterUnderLoad load;
    private final CompletableFuture<String> killed;
    private final CompletableFuture<String> startedAgain;

    private LeaderKill(ClusterUnderLoad load, long millis) {
        this.load = load;
        killed = Beside.of(() -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
            String leader = load.awaitLeader();
            load.cluster.killAtOnce(leader);
            load.awaitNextLeader(leader);
            return leader;
        });
        startedAgain = killed.thenCompose(leader -> Beside.of(() -> {
            load.cluster.startAgain(leader);
            return leader;
        }));
    }

    /** So many milliseconds from now. */
    static LeaderKill in(long millis, ClusterUnderLoad load) {
        return new LeaderKill(load, millis);
    }

    /** Waits until it has happened, and another leads. @return the one that was killed */
    String awaitNext() {
        return ended(killed);
    }

    /** Waits until all masters serve again. */
    void awaitAllBack() {
        ended(startedAgain);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> load.mastersAlive() == 3);
    }

    private static String ended(CompletableFuture<String> what) {
        try {
            return what.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "the leading master could not be killed or started again, or none followed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
