package io.kintsugi.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.common.Clock;
import io.kintsugi.proto.GetRouteRequest;
import io.kintsugi.proto.GetRouteResponse;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.KvResponse;
import io.kintsugi.proto.KvStatus;
import io.kintsugi.proto.Member;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.proto.TableDef;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Masters that answer after an operation's time is over: replicas may have forgotten its session by then, and would write twice. */
class LateRouteTest {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final List<CompletableFuture<GetRouteResponse>> routes = new ArrayList<>();
    private final List<CompletableFuture<KvResponse>> attempts = new ArrayList<>();
    private final List<Duration> limits = new ArrayList<>();
    private final Queue<Runnable> pauses = new ArrayDeque<>();
    private long now;

    private final Transport transport = new Transport() {
        @Override
        public CompletableFuture<KvResponse> execute(String address, KvRequest request, Duration timeout) {
            limits.add(timeout);
            attempts.add(new CompletableFuture<>());
            return attempts.getLast();
        }

        @Override
        public CompletableFuture<GetRouteResponse> route(String address, GetRouteRequest request, Duration timeout) {
            routes.add(new CompletableFuture<>());
            return routes.getLast();
        }

        @Override
        public void close() {}
    };

    private final Timer timer = new Timer() {
        @Override
        public void after(Duration pause, Runnable task) {
            pauses.add(task);
        }

        @Override
        public void close() {}
    };

    private final Clock clock = new Clock() {
        @Override
        public long millis() {
            return now / 1_000_000;
        }

        @Override
        public long nanos() {
            return now;
        }
    };

    private static GetRouteResponse route() {
        return GetRouteResponse.newBuilder()
                .setTable(TableDef.newBuilder()
                        .setId(1)
                        .setName("t")
                        .setPartitions(1)
                        .setHash("crc32c"))
                .addPartitions(PartitionConfig.newBuilder()
                        .setPartition(11)
                        .setPrimary(1)
                        .addMembers(Member.newBuilder().setReplica(1).setAddress("d:1")))
                .build();
    }

    @Test
    void nothingIsSentAfterTheOperationsTime() {
        ClientOptions options = ClientOptions.DEFAULTS.withOperationTimeout(PATIENCE);
        try (KintsugiClient client =
                KintsugiClient.connect(List.of("m:1"), options, new ClientPorts(transport, timer, clock, () -> 7))) {
            CompletableFuture<Void> write = client.table("t").putAsync(new byte[] {1}, new byte[] {2});
            routes.getFirst().complete(route());
            now += PATIENCE.minusSeconds(1).toNanos();
            attempts.getFirst().completeExceptionally(new TimeoutException("no answer"));
            pauses.remove().run();
            assertThat(routes).hasSize(2);

            now += Duration.ofHours(1).toNanos();
            routes.getLast().complete(route());

            assertThat(attempts).hasSize(1);
            assertThatThrownBy(write::join)
                    .hasCauseInstanceOf(KintsugiException.class)
                    .cause()
                    .extracting(e -> ((KintsugiException) e).reason())
                    .isEqualTo("UNKNOWN");
        }
    }

    /** By a clock that stands still during each attempt: one that ran out of time might have been done, and would rightly be unknown. */
    @Test
    void whatWasRefusedToTheEndIsAFailureWithItsReason() {
        ClientOptions options = ClientOptions.DEFAULTS.withOperationTimeout(PATIENCE);
        try (KintsugiClient client =
                KintsugiClient.connect(List.of("m:1"), options, new ClientPorts(transport, timer, clock, () -> 7))) {
            CompletableFuture<Void> write = client.table("t").putAsync(new byte[] {1}, new byte[] {2});
            routes.getFirst().complete(route());
            KvResponse refused = KvResponse.newBuilder()
                    .setStatus(KvStatus.KV_BELOW_MIN_IN_SYNC)
                    .build();
            attempts.getLast().complete(refused);
            for (int tries = 1; !pauses.isEmpty(); tries++) {
                now += PATIENCE.toNanos() / 10;
                pauses.remove().run();
                assertThat(tries).isLessThanOrEqualTo(10);
                attempts.getLast().complete(refused);
            }
            assertThatThrownBy(write::join)
                    .cause()
                    .extracting(e -> ((KintsugiException) e).reason())
                    .isEqualTo("BELOW_MIN_IN_SYNC");
        }
    }

    @Test
    void anAttemptGetsNoMoreThanWhatIsLeft() {
        ClientOptions options = ClientOptions.DEFAULTS.withOperationTimeout(PATIENCE);
        try (KintsugiClient client =
                KintsugiClient.connect(List.of("m:1"), options, new ClientPorts(transport, timer, clock, () -> 7))) {
            client.table("t").putAsync(new byte[] {1}, new byte[] {2});
            now += PATIENCE.minusSeconds(1).toNanos();
            routes.getFirst().complete(route());
            assertThat(limits).containsExactly(Duration.ofSeconds(1));
        }
    }

    @Test
    void afterASilentPrimaryTheNextOperationAsksForTheRouteAnew() {
        ClientOptions options = ClientOptions.DEFAULTS.withOperationTimeout(Duration.ofSeconds(1));
        try (KintsugiClient client =
                KintsugiClient.connect(List.of("m:1"), options, new ClientPorts(transport, timer, clock, () -> 7))) {
            CompletableFuture<Void> write = client.table("t").putAsync(new byte[] {1}, new byte[] {2});
            routes.getFirst().complete(route());
            now += Duration.ofSeconds(1).toNanos();
            attempts.getFirst().completeExceptionally(new TimeoutException("no answer"));
            assertThat(write).isCompletedExceptionally();
            client.table("t").getAsync(new byte[] {1});
            assertThat(routes).as("routes that were asked for").hasSize(2);
        }
    }

    @Test
    void whoWantsToTryForLongerThanSessionsLastIsToldWhy() {
        assertThatThrownBy(() -> ClientOptions.DEFAULTS.withOperationTimeout(Duration.ofHours(1)))
                .hasMessageContaining("operationTimeout PT1H")
                .hasMessageContaining("PT30M");
    }
}
