package io.kintsugi.sim.master;

import java.util.ArrayList;
import java.util.List;

/** One member's log: entries {@code base + 1 … last}; of what came before, only the term of the last is known. A crash loses what isn't synced. */
final class RaftLog {
    private final List<LogEntry> entries = new ArrayList<>();
    private long base;
    private long baseTerm;
    private long synced;

    long base() {
        return base;
    }

    long last() {
        return base + entries.size();
    }

    long lastTerm() {
        return term(last());
    }

    /** Everything up to here survives a crash. */
    long synced() {
        return synced;
    }

    void synced(long upTo) {
        synced = Math.max(synced, Math.min(upTo, last()));
    }

    /** -1 for what is freed. */
    long term(long index) {
        return index == base ? baseTerm : index < base ? -1 : get(index).term();
    }

    /** Whether it holds, or held, this committed entry. */
    boolean has(long index, long entryTerm) {
        return index <= base || index <= last() && term(index) == entryTerm;
    }

    LogEntry get(long index) {
        return entries.get((int) (index - base - 1));
    }

    List<LogEntry> between(long after, long upTo) {
        return List.copyOf(entries.subList((int) (after - base), (int) (upTo - base)));
    }

    void append(LogEntry entry) {
        entries.add(entry);
    }

    /** Drops everything after the index. */
    void truncate(long after) {
        while (last() > after) {
            entries.remove(entries.size() - 1);
        }
        synced = Math.min(synced, after);
    }

    void crash() {
        truncate(synced);
    }

    /** Frees everything up to the index. */
    void free(long upTo) {
        if (upTo > base) {
            long term = term(upTo);
            entries.subList(0, (int) (upTo - base)).clear();
            base = upTo;
            baseTerm = term;
        }
    }

    /** A new log that begins after a snapshot. */
    void restart(long index, long term) {
        entries.clear();
        base = index;
        baseTerm = term;
        synced = index;
    }
}
