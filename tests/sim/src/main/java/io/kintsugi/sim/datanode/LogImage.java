package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.store.LogHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** The files of a disk's log: what was synced, and the groups written since, which a crash may or may not leave, the first ones first. */
final class LogImage implements Inode {
    /** One replica's entries. */
    static final class Entries {
        final TreeMap<Long, Entry> byIndex = new TreeMap<>();
        long bytes;

        private void put(Entry entry) {
            Entry before = byIndex.put(entry.index(), entry);
            bytes += entry.bytes() - (before == null ? 0 : before.bytes());
        }

        private void remove(java.util.Map<Long, Entry> some) {
            some.values().forEach(entry -> bytes -= entry.bytes());
            some.clear();
        }
    }

    /** What a log says. */
    static final class State {
        final TreeMap<Long, LogHeader> headers = new TreeMap<>();
        final TreeMap<Long, Entries> entries = new TreeMap<>();

        Entries of(long replica) {
            return entries.computeIfAbsent(replica, r -> new Entries());
        }

        void become(State other) {
            headers.clear();
            headers.putAll(other.headers);
            entries.clear();
            other.entries.forEach((replica, theirs) -> {
                Entries mine = of(replica);
                mine.byIndex.putAll(theirs.byIndex);
                mine.bytes = theirs.bytes;
            });
        }
    }

    /** A change of one replica's log. */
    interface Change {
        void applyTo(State state);

        static Change header(long replica, LogHeader header) {
            return state -> state.headers.put(replica, header);
        }

        static Change append(long replica, Entry entry) {
            return state -> state.of(replica).put(entry);
        }

        static Change truncate(long replica, long from) {
            return state -> state.of(replica).remove(state.of(replica).byIndex.tailMap(from, true));
        }

        static Change free(long replica, long upTo) {
            return state -> state.of(replica).remove(state.of(replica).byIndex.headMap(upTo, true));
        }
    }

    final String diskUuid;
    final State now = new State();
    private final State durable = new State();
    private final List<List<Change>> unsynced = new ArrayList<>();
    Object openedBy;

    LogImage(String diskUuid) {
        this.diskUuid = diskUuid;
    }

    void write(List<Change> group) {
        group.forEach(change -> change.applyTo(now));
        unsynced.add(group);
    }

    /** It is not known whether the group reached the disk; the process sees nothing of it. */
    void writeInVain(List<Change> group) {
        unsynced.add(group);
    }

    void sync() {
        for (List<Change> group : unsynced) {
            group.forEach(change -> change.applyTo(durable));
        }
        unsynced.clear();
    }

    /** Opened again by the same process: whatever reached the disk is seen now. */
    void recover() {
        sync();
        now.become(durable);
    }

    @Override
    public void crash(boolean machineToo, SplittableRandom random) {
        int kept = machineToo ? random.nextInt(unsynced.size() + 1) : unsynced.size();
        for (List<Change> group : unsynced.subList(0, kept)) {
            group.forEach(change -> change.applyTo(durable));
        }
        unsynced.clear();
        now.become(durable);
        openedBy = null;
    }
}
