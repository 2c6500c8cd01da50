package io.kintsugi.datanode.replica;

/** Names an entry of a partition's log for good: entries equal in epoch and index are equal, and so is all before them (law S6). */
public record EntryId(long epoch, long index) {
    /** Before the first entry, whose index is 1. */
    public static final EntryId NONE = new EntryId(0, 0);
}
