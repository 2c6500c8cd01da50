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
    private final CompletableFuture<String> done;

    private LeaderKill(ClusterUnderLoad load, long millis) {
        this.load = load;
        done = Beside.of(() -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
            return kill();
        });
    }

    /** So many milliseconds from now. */
    static LeaderKill in(long millis, ClusterUnderLoad load) {
        return new LeaderKill(load, millis);
    }

    private String kill() {
        String leader = load.awaitLeader();
        load.cluster.kill(leader);
        load.awaitNextLeader(leader);
        load.cluster.startAgain(leader);
        return leader;
    }

    /** Waits until it has happened, and all masters serve again. @return the one that was killed */
    String awaitAllBack() {
        try {
            String killed = done.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            await().atMost(PATIENCE).ignoreExceptions().until(() -> load.mastersAlive() == 3);
            return killed;
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the leading master could not be killed, or none followed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
