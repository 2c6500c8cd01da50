package io.kintsugi.datanode.copy;

import io.kintsugi.common.Clock;
import io.kintsugi.datanode.host.HostRuntime;
import java.util.concurrent.TimeUnit;

/** Bytes a second that several downloads share. One that takes too much waits for as long as that was ahead of the rate. */
final class RateLimit {
    private final Clock clock;
    private final HostRuntime runtime;
    private volatile long bytesPerSecond;
    private long freeAt;

    /** @param bytesPerSecond 0: no limit */
    RateLimit(Clock clock, HostRuntime runtime, long bytesPerSecond) {
        this.clock = clock;
        this.runtime = runtime;
        this.bytesPerSecond = bytesPerSecond;
        freeAt = clock.nanos();
    }

    void set(long next) {
        bytesPerSecond = next;
    }

    void take(long bytes) throws InterruptedException {
        long rate = bytesPerSecond;
        if (rate <= 0) {
            return;
        }
        long wait;
        synchronized (this) {
            long now = clock.nanos();
            freeAt = Math.max(freeAt, now) + bytes * TimeUnit.SECONDS.toNanos(1) / rate;
            wait = freeAt - now;
        }
        runtime.sleep(wait);
    }
}
