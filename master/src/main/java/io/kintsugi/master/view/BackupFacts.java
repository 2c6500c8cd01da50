package io.kintsugi.master.view;

/**
 * A replica that was removed by force and that its datanode still keeps.
 *
 * @param bytes of data and log
 * @param keptAtMillis when it was removed, milliseconds since the epoch, by the datanode's clock
 * @param epoch that it had stored
 * @param lastEpoch of the last entry in its log
 * @param lastIndex of the last entry in its log
 */
public record BackupFacts(
        long replica,
        int partition,
        int node,
        int disk,
        long bytes,
        long keptAtMillis,
        long epoch,
        long lastEpoch,
        long lastIndex) {}
