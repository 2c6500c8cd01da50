package io.kintsugi.master.view;

import java.util.List;

/**
 * What a datanode last said of a disk; bytes.
 *
 * @param error why it isn't OK
 * @param reserveBytes with less than this free it says that it is full; 0 from a datanode that doesn't say
 * @param firstErrorMs the datanode's wall clock at the first error since the disk was last well; 0: it is well
 * @param errorPartitions whose work met an error; 0 stands for the probe and the disk as a whole
 * @param suspect why it seems slow against the node's other disks, or "": reported, never acted on
 * @param recovery the newest that the datanode has heard of, or 0
 * @param readable of a broken disk: what lies on it may be asked for
 * @param recoveryError why that one failed, or ""
 */
public record DiskFacts(
        int disk,
        Health health,
        String error,
        long usedBytes,
        long totalBytes,
        long reserveBytes,
        long firstErrorMs,
        List<Integer> errorPartitions,
        String suspect,
        long recovery,
        String recoveryError,
        boolean readable) {
    public DiskFacts(
            int disk,
            Health health,
            String error,
            long usedBytes,
            long totalBytes,
            long reserveBytes,
            long firstErrorMs,
            List<Integer> errorPartitions,
            String suspect,
            long recovery,
            String recoveryError) {
        this(
                disk,
                health,
                error,
                usedBytes,
                totalBytes,
                reserveBytes,
                firstErrorMs,
                errorPartitions,
                suspect,
                recovery,
                recoveryError,
                false);
    }

    public DiskFacts(int disk, Health health, String error, long usedBytes, long totalBytes, long reserveBytes) {
        this(disk, health, error, usedBytes, totalBytes, reserveBytes, 0, List.of(), "", 0, "");
    }

    public DiskFacts(int disk, Health health, String error, long usedBytes, long totalBytes) {
        this(disk, health, error, usedBytes, totalBytes, 0);
    }

    /** Whether there is something to be decided on that wasn't there before: not for bytes. */
    public boolean saysWhat(DiskFacts before) {
        return health == before.health
                && readable == before.readable
                && recovery == before.recovery
                && recoveryError.equals(before.recoveryError);
    }

    /** A disk's health by its datanode. */
    public enum Health {
        OK,
        BROKEN,
        FULL
    }

    public long freeBytes() {
        return Math.max(0, totalBytes - usedBytes);
    }
}
