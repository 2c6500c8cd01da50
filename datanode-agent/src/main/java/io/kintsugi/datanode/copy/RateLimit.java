package io.kintsugi.datanode.copy;

import io.kintsugi.common.Clock;
import java.util.concurrent.TimeUnit;

/** Bytes a second that several threads share. A thread that takes too much waits for as long as that was ahead of the rate. */
final class RateLimit {
    private final Clock clock;
    private volatile long bytesPerSecond;
    private long freeAt;

    /** @param bytesPerSecond 0: no limit */
    RateLimit(Clock clock, long bytesPerSecond) {
        this.clock = clock;
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
        TimeUnit.NANOSECONDS.sleep(wait);
    }
}
