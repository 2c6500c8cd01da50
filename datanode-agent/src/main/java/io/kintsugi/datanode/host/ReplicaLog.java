package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.replica.LogView;
import io.kintsugi.datanode.store.LogStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The synced log of one replica as its machine sees it. Entries that are synced but not yet applied stay in memory, up to a bound, since
 * they are read once more to be applied; all others are read from the disk. Belongs to the event loop.
 */
final class ReplicaLog implements LogView {
    private static final long CACHE_BYTES = 1 << 20;

    private final LogStore store;
    private final long replica;
    private final ArrayDeque<Entry> cache = new ArrayDeque<>();
    private long cacheBytes;
    private EntryId base;
    private EntryId last;
    private long bytes;
    private EntryId applied;

    private ReplicaLog(LogStore store, long replica, EntryId base, EntryId last, EntryId applied) {
        this.store = store;
        this.replica = replica;
        this.base = base;
        this.last = last;
        this.applied = applied;
    }

    /**
     * Of a replica that was just made. The disk never had its id, so there is nothing to look for; looking would read neighbours' entries,
     * which may be large, on the event loop.
     */
    static ReplicaLog empty(LogStore store, long replica) {
        return new ReplicaLog(store, replica, EntryId.NONE, EntryId.NONE, EntryId.NONE);
    }

    /** @param base as the header says; @param applied held by the data store, perhaps beyond the end of the log */
    static ReplicaLog open(LogStore store, long replica, EntryId base, EntryId applied) {
        EntryId last =
                store.last(replica).filter(end -> end.index() > base.index()).orElse(base);
        ReplicaLog log = new ReplicaLog(store, replica, base, last, applied);
        log.bytes = last.equals(base) ? 0 : store.approximateBytes(replica);
        return log;
    }

    @Override
    public EntryId base() {
        return base;
    }

    @Override
    public EntryId last() {
        return last;
    }

    @Override
    public long epochAt(long index) {
        if (index == base.index()) {
            return base.epoch();
        }
        if (index == applied.index()) {
            return applied.epoch();
        }
        if (index == last.index()) {
            return last.epoch();
        }
        Entry first = cache.peekFirst();
        if (first != null && index >= first.index()) {
            for (Entry entry : cache) {
                if (entry.index() == index) {
                    return entry.epoch();
                }
            }
        }
        return store.epochAt(replica, index);
    }

    @Override
    public List<Entry> read(long from, long to, long maxBytes) {
        Entry first = cache.peekFirst();
        if (first == null || from < first.index()) {
            return store.read(replica, from, to, maxBytes);
        }
        List<Entry> entries = new ArrayList<>();
        long size = 0;
        for (Entry entry : cache) {
            if (entry.index() >= from && entry.index() <= to) {
                size += entry.bytes();
                if (size > maxBytes && !entries.isEmpty()) {
                    break;
                }
                entries.add(entry);
            }
        }
        return entries.isEmpty() ? store.read(replica, from, to, maxBytes) : entries;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    /** A batch became durable. */
    void persisted(long truncateFrom, List<Entry> entries) {
        if (truncateFrom > 0) {
            while (!cache.isEmpty() && cache.peekLast().index() >= truncateFrom) {
                cacheBytes -= cache.pollLast().bytes();
            }
            if (truncateFrom <= last.index()) {
                long end = truncateFrom - 1;
                last = new EntryId(end == base.index() ? base.epoch() : epochOf(end, entries), end);
            }
        }
        for (Entry entry : entries) {
            bytes += entry.bytes();
            last = new EntryId(entry.epoch(), entry.index());
            if (entry.index() > applied.index()) {
                cache.addLast(entry);
                cacheBytes += entry.bytes();
            }
        }
        while (cacheBytes > CACHE_BYTES && cache.size() > 1) {
            cacheBytes -= cache.pollFirst().bytes();
        }
    }

    /** The end after a truncation; not worth a read when entries follow and make another end at once. */
    private long epochOf(long index, List<Entry> following) {
        return following.isEmpty() ? store.epochAt(replica, index) : 0;
    }

    /** The data store holds everything up to this entry. */
    void applied(EntryId upTo) {
        applied = upTo;
        while (!cache.isEmpty() && cache.peekFirst().index() <= upTo.index()) {
            cacheBytes -= cache.pollFirst().bytes();
        }
    }

    /** The log begins anew behind an installed checkpoint. */
    void installed(EntryId checkpoint) {
        cache.clear();
        cacheBytes = 0;
        base = checkpoint;
        last = checkpoint;
        applied = checkpoint;
        bytes = 0;
    }

    /** Entries up to here are given up. */
    EntryId freed(long upTo) {
        EntryId next = new EntryId(epochAt(upTo), upTo);
        long entries = last.index() - base.index();
        bytes = entries <= 0 ? 0 : bytes - bytes * (upTo - base.index()) / entries;
        base = next;
        return next;
    }
}
