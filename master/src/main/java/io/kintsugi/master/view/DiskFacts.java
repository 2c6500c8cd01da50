package io.kintsugi.master.view;

/** What a datanode last said of a disk; bytes. {@code error}: why it isn't OK. */
public record DiskFacts(int disk, Health health, String error, long usedBytes, long totalBytes) {
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
