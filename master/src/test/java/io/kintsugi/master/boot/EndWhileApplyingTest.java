package io.kintsugi.master.boot;

import static io.kintsugi.master.boot.TestMasters.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kintsugi.common.failpoint.Failpoints;
import io.kintsugi.master.command.Command;
import io.kintsugi.master.consensus.FailpointNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master that ends, by itself or by force, while Raft hands it an entry: it ends. Raft's thread is joined then. */
class EndWhileApplyingTest {
    @TempDir
    Path dir;

    private static final Command NODE =
            new Command.RegisterNode("u", "d1", "127.0.0.1:1", "127.0.0.1:2", "z", "", List.of());

    @Test
    void isKilledInTheMiddleOfAnEntryAndAppliesItInItsNextLife() throws IOException {
        Failpoints failpoints = new Failpoints(true);
        try (TestMasters masters = single(failpoints)) {
            failpoints.set(FailpointNames.STORE_WRITE, Failpoints.Action.PAUSE);
            masters.master("m1").consensus().proposer().propose("r1", 0, "test", NODE);
            await().atMost(LONG)
                    .until(() ->
                            failpoints.list().get(FailpointNames.STORE_WRITE).paused() == 1);

            CompletableFuture<Void> killed = new CompletableFuture<>();
            Thread.ofPlatform().start(() -> {
                try {
                    masters.kill("m1");
                    killed.complete(null);
                } catch (IOException | RuntimeException e) {
                    killed.completeExceptionally(e);
                }
            });
            await().atMost(LONG).until(EndWhileApplyingTest::updaterIsJoined); // the store is closed before
            failpoints.set(FailpointNames.STORE_WRITE, Failpoints.Action.OFF);
            killed.orTimeout(LONG.toSeconds(), TimeUnit.SECONDS).join();
            assertThat(masters.fatal).isEmpty();

            masters.start("m1");
            assertThat(masters.propose("r1", NODE).accepted()).isTrue();
            assertThat(masters.master("m1").consensus().state().nodes()).hasSize(1);
        }
    }

    @Test
    void stopsForGoodAndSaysWhyWhenAnEntryCannotBeApplied() throws IOException {
        Failpoints failpoints = new Failpoints(true, () -> {
            throw new IllegalStateException("no space left on device");
        });
        try (TestMasters masters = single(failpoints)) {
            failpoints.set(FailpointNames.STORE_WRITE, Failpoints.Action.EXIT);
            CompletableFuture<?> outcome =
                    masters.master("m1").consensus().proposer().propose("r1", 0, "test", NODE);
            await().atMost(LONG).until(() -> !masters.fatal.isEmpty());
            assertThat(masters.fatal).containsExactly("m1 APPLY_FAILED: no space left on device");
            await().atMost(LONG).until(outcome::isCompletedExceptionally);
        }
    }

    private TestMasters single(Failpoints failpoints) throws IOException {
        TestMasters masters = new TestMasters(dir, 1, Map.of());
        masters.start("m1", failpoints);
        masters.init();
        masters.awaitLeader();
        return masters;
    }

    private static boolean updaterIsJoined() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getMethodName().equals("stopAndJoin"));
    }
}
