package io.kintsugi.master.view;

/**
 * What a datanode last said of a disk; bytes.
 *
 * @param error why it isn't OK
 * @param reserveBytes with less than this free it says that it is full; 0 from a datanode that doesn't say
 */
public record DiskFacts(int disk, Health health, String error, long usedBytes, long totalBytes, long reserveBytes) {
    public DiskFacts(int disk, Health health, String error, long usedBytes, long totalBytes) {
        this(disk, health, error, usedBytes, totalBytes, 0);
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
