package io.kintsugi.client;

import java.time.Duration;

/** Pauses before repetitions, as a port. */
public interface Timer extends AutoCloseable {
    void after(Duration pause, Runnable task);

    /** What has not run yet never runs. */
    @Override
    void close();
}
