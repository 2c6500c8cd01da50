package io.kintsugi.datanode.store;

import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The logs of all replicas of one disk, so that writers of many partitions share one sync. Reads may run beside a write; writes come from
 * one thread. Every failure is a {@link StorageException}; after a failed write all later ones fail too, until the store is opened anew.
 */
public interface LogStore extends AutoCloseable {

    /** Changes of many replicas that become durable together or not at all; within it, later ones win over earlier ones. */
    interface Group extends AutoCloseable {
        void header(long replica, LogHeader header);

        void append(long replica, Entry entry);

        /** Drops entries from this index on. */
        void truncate(long replica, long from);

        /** Drops entries up to and including this index. */
        void free(long replica, long upTo);

        long bytes();

        @Override
        void close();
    }

    Group group();

    /** Writes the group; when {@code sync} is true it, and all before it, survives a crash once this returns. */
    void write(Group group, boolean sync);

    /**
     * After a write that failed for want of room: opens the store anew, so that writes are taken again. What the failed one held may be in
     * it, or not. By the thread that writes.
     */
    void reopen();

    /** Uuid of the disk that this store was made for. */
    String diskUuid();

    Optional<LogHeader> header(long replica);

    /** Every replica that this disk has or had. */
    Map<Long, LogHeader> headers();

    /** The last entry; empty when no entry is kept. */
    Optional<EntryId> last(long replica);

    /** @throws StorageException REPLICA when there is no such entry */
    long epochAt(long replica, long index);

    /** Consecutive entries from {@code from} to at most {@code to}: at least one, then as many as fit into {@code maxBytes}. */
    List<Entry> read(long replica, long from, long to, long maxBytes);

    /** Bytes of a replica's entries, roughly. */
    long approximateBytes(long replica);

    @Override
    void close();
}
