package io.kintsugi.datanode.replica;

import java.util.List;

/**
 * The synced log of one replica, read synchronously on the driver's thread. It must show every batch for which
 * {@link Replica#onPersisted} was called; whether it shows later ones already doesn't matter, the machine keeps those in memory.
 */
public interface LogView {
    /** The entry just before the first one that is kept: the last freed one, or the last of an installed checkpoint. */
    EntryId base();

    /** The last entry; {@link #base()} when the log is empty. Only asked when the replica is opened. */
    EntryId last();

    /** Epoch of the entry at an index of {@code base().index() .. last().index()}. */
    long epochAt(long index);

    /**
     * Consecutive entries, the first at {@code from > base().index()}, up to and including {@code to}: at least one, then no more
     * than fit into {@code maxBytes} by {@link Entry#bytes()}.
     */
    List<Entry> read(long from, long to, long maxBytes);

    /** Bytes of the entries kept, roughly: bounds what is kept for members that are behind. */
    long bytes();
}
