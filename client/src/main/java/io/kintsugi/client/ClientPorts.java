package io.kintsugi.client;

import io.kintsugi.common.Clock;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * All that a client needs of the world, so that the same client runs on a simulated one.
 *
 * @param sessionIds a new one each time, which no other client has or will have
 */
public record ClientPorts(Transport transport, Timer timer, Clock clock, LongSupplier sessionIds) {
    /** gRPC, a thread for the pauses, and the machine's clock. */
    static ClientPorts real() {
        // not reproducible on purpose: two clients must never share a session
        return new ClientPorts(new GrpcTransport(), thread(), Clock.system(), new SecureRandom()::nextLong);
    }

    private static Timer thread() {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("kintsugi-client-timer").factory());
        return new Timer() {
            @Override
            public void after(Duration pause, Runnable task) {
                thread.schedule(task, pause.toNanos(), TimeUnit.NANOSECONDS);
            }

            @Override
            public void close() {
                thread.shutdownNow();
            }
        };
    }
}
