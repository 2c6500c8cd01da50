package io.kintsugi.datanode.replica;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The log as the machine sees it: the synced part in {@link LogView}, and in memory a tail of what is being synced or not yet applied.
 *
 * <p>Invariant: entries from {@code tailFirst} on are in {@code tail}, those before are in the view and synced. So after a truncation
 * that is still on its way to the disk nothing is read from the view that the truncation takes away.
 */
final class ReplicaLog {
    private static final long MAX_TAIL_BYTES = 4L << 20;

    /** A batch under way: what is synced of the log as it is now, once the batch is. */
    private static final class UnderWay {
        final long ticket;
        long end;

        UnderWay(long ticket, long end) {
            this.ticket = ticket;
            this.end = end;
        }
    }

    private final LogView view;
    private List<Entry> tail = List.of();
    private long tailFirst;
    private long tailBytes;
    private long last;
    private long lastEpoch;
    private long durable;
    private ArrayDeque<UnderWay> underWay;
    /** Base of the log that a checkpoint under way brings; null: none is. */
    private EntryId installed;

    private long installTicket;

    ReplicaLog(LogView view) {
        this.view = view;
        EntryId end = view.last();
        last = end.index();
        lastEpoch = end.epoch();
        durable = last;
        tailFirst = last + 1;
    }

    EntryId base() {
        return installed != null ? installed : view.base();
    }

    long last() {
        return last;
    }

    EntryId lastId() {
        return new EntryId(lastEpoch, last);
    }

    /** Everything up to here is synced. */
    long durable() {
        return durable;
    }

    EntryId durableId() {
        return durable < base().index() ? EntryId.NONE : new EntryId(epochAt(durable), durable);
    }

    long tailBytes() {
        return tailBytes;
    }

    long bytes() {
        return view.bytes() + tailBytes;
    }

    /** Epoch of the entry at {@code base().index() .. last()}. */
    long epochAt(long index) {
        if (index == last) {
            return lastEpoch;
        }
        if (index >= tailFirst) {
            return tail.get((int) (index - tailFirst)).epoch();
        }
        EntryId base = base();
        return index == base.index() ? base.epoch() : view.epochAt(index);
    }

    boolean holds(EntryId id) {
        return id.index() <= last && id.index() >= base().index() && epochAt(id.index()) == id.epoch();
    }

    /** First index of the run of entries that have the same epoch as the one at {@code index}, but not below {@code floor}. */
    long firstOfEpoch(long index, long floor) {
        long epoch = epochAt(index);
        long first = index;
        while (first - 1 >= floor && epochAt(first - 1) == epoch) {
            first--;
        }
        return first;
    }

    /** Entries {@code from..to}, at least one and no more than fit into {@code maxBytes}. */
    List<Entry> read(long from, long to, long maxBytes) {
        if (from < tailFirst) {
            return view.read(from, Math.min(to, tailFirst - 1), maxBytes);
        }
        int begin = (int) (from - tailFirst);
        int limit = (int) (to - tailFirst) + 1;
        int end = begin;
        long bytes = 0;
        while (end < limit && (end == begin || bytes + tail.get(end).bytes() <= maxBytes)) {
            bytes += tail.get(end++).bytes();
        }
        return List.copyOf(tail.subList(begin, end));
    }

    void append(List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        own();
        for (Entry entry : entries) {
            tail.add(entry);
            tailBytes += entry.bytes();
        }
        Entry end = entries.get(entries.size() - 1);
        last = end.index();
        lastEpoch = end.epoch();
    }

    void truncateFrom(long from) {
        lastEpoch = epochAt(from - 1);
        last = from - 1;
        if (from <= tailFirst) {
            clearTail(from);
        } else {
            List<Entry> cut = tail.subList((int) (from - tailFirst), tail.size());
            cut.forEach(entry -> tailBytes -= entry.bytes());
            cut.clear();
        }
        forgetSynced(from - 1);
    }

    /** A checkpoint takes the place of the whole log; {@code kept} is what stays applied until it is in place. */
    void install(EntryId id, long kept, long ticket) {
        installed = id;
        installTicket = ticket;
        last = id.index();
        lastEpoch = id.epoch();
        clearTail(last + 1);
        forgetSynced(Math.min(kept, last));
    }

    boolean installing() {
        return installed != null;
    }

    /** A batch with all that the log holds now is on its way to the disk. */
    void underWay(long ticket) {
        if (underWay == null) {
            underWay = new ArrayDeque<>(4);
        }
        underWay.add(new UnderWay(ticket, last));
    }

    boolean allSynced() {
        return underWay == null || underWay.isEmpty();
    }

    void persisted(long ticket) {
        while (!allSynced() && underWay.peek().ticket <= ticket) {
            durable = Math.max(durable, underWay.poll().end);
        }
        if (installed != null && ticket >= installTicket) {
            installed = null;
        }
    }

    /** Forgets what is synced and applied: from now on it is read from the view. */
    void trim(long applied) {
        long upTo = tailBytes > MAX_TAIL_BYTES ? durable : Math.min(applied, durable);
        int count = (int) Math.min(tail.size(), upTo - tailFirst + 1);
        // half at a time, so that what a removal shifts costs no more than what it removes
        if (count <= 0 || count < tail.size() - count) {
            return;
        }
        if (count == tail.size()) {
            clearTail(tailFirst + count);
            return;
        }
        List<Entry> cut = tail.subList(0, count);
        cut.forEach(entry -> tailBytes -= entry.bytes());
        cut.clear();
        tailFirst += count;
    }

    private void forgetSynced(long above) {
        durable = Math.min(durable, above);
        if (underWay != null) {
            underWay.forEach(batch -> batch.end = Math.min(batch.end, above));
        }
    }

    private void own() {
        if (tail.isEmpty()) {
            tail = new ArrayList<>(4);
            tailFirst = last + 1;
        }
    }

    private void clearTail(long first) {
        tail = List.of();
        tailFirst = first;
        tailBytes = 0;
    }
}
