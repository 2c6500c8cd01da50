package io.kintsugi.datanode.copy;

import io.kintsugi.common.Clock;
import io.kintsugi.datanode.host.HostRuntime;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Bytes a second that several downloads share. One that takes too much waits for as long as that was ahead of the rate; a new rate begins
 * without debts.
 */
final class RateLimit {
    private final Clock clock;
    private final HostRuntime runtime;
    /** How often one that waits looks whether it still has to. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private long bytesPerSecond;
    private long freeAt;

    /** @param bytesPerSecond 0: no limit */
    RateLimit(Clock clock, HostRuntime runtime, long bytesPerSecond) {
        this.clock = clock;
        this.runtime = runtime;
        this.bytesPerSecond = bytesPerSecond;
        freeAt = clock.nanos();
    }

    synchronized void set(long next) {
        if (next != bytesPerSecond) {
            bytesPerSecond = next;
            freeAt = clock.nanos();
        }
    }

    /** @param wanted whether they still are: otherwise there is nothing to wait for */
    void take(long bytes, BooleanSupplier wanted) throws InterruptedException {
        add(bytes);
        for (long wait = ahead(); wait > 0 && wanted.getAsBoolean(); wait = ahead()) {
            runtime.sleep(Math.min(wait, LOOK_NANOS));
        }
    }

    private synchronized void add(long bytes) {
        if (bytesPerSecond > 0) {
            freeAt = Math.max(freeAt, clock.nanos()) + bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
        }
    }

    private synchronized long ahead() {
        return freeAt - clock.nanos();
    }
}
