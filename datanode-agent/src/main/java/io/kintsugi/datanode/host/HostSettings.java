package io.kintsugi.datanode.host;

import java.time.Duration;

/**
 * Settings of the agent that runs replicas.
 *
 * @param flushBytes a replica's data is flushed when it has applied so many bytes since the last flush …
 * @param flushAge … or when its oldest unflushed write is this old. What isn't flushed is applied again from the log after a restart
 * @param freeBytes log that isn't needed any more is given up in steps of so many bytes, since each leaves a mark that reads have to pass over
 * @param diskReserve below so many free bytes a disk counts as full: no new replica, no client's write
 * @param spaceInterval how often a disk's space is looked at
 * @param diskErrors a disk is given up after so many errors
 * @param openThreads replicas opened at the same time at start
 */
public record HostSettings(
        long flushBytes,
        Duration flushAge,
        long freeBytes,
        long diskReserve,
        Duration spaceInterval,
        int diskErrors,
        int openThreads) {
    public static HostSettings defaults() {
        return new HostSettings(4L << 20, Duration.ofSeconds(60), 1L << 20, 64L << 20, Duration.ofSeconds(5), 1, 4);
    }
}
