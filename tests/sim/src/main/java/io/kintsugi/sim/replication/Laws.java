package io.kintsugi.sim.replication;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.replica.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The observer: knows everything that was ever committed, and checks the laws of the model (S1 to S8) as far as an event can have
 * changed what they speak of.
 */
final class Laws {
    private record Seen(Entry entry, long previousEpoch) {}

    private record Write(long client, long sequence) {}

    /** Every entry that a primary has committed: at that moment its writer is answered. Entry i is at i - 1. */
    final List<Entry> committed = new ArrayList<>();

    private final List<Long> digests = new ArrayList<>();
    private final Set<Write> writes = new HashSet<>();
    private final Map<EntryId, Seen> seen = new HashMap<>();
    private final Map<Long, Long> primaries = new HashMap<>();

    /** S1, S2: who applies something applies what was committed there; a primary that goes beyond it commits. */
    void applied(SimReplica replica, Entry entry, boolean primary) {
        int at = (int) entry.index() - 1;
        if (at == committed.size() && primary) {
            committed.add(entry);
            digests.add(replica.data.digest);
            writes.add(new Write(entry.client(), entry.sequence()));
            return;
        }
        String law = primary ? "S1" : "S2";
        if (at >= committed.size()) {
            throw new LawBroken(
                    law + ": replica " + replica.id + " applies " + entry.index() + ", which nobody has committed");
        }
        if (committed.get(at) != entry) {
            throw new LawBroken(law + ": replica " + replica.id + " applies another entry at " + entry.index()
                    + " than what was committed");
        }
        if (digests.get(at) != replica.data.digest) {
            throw new LawBroken("S2: the data of replica " + replica.id + " differ at " + entry.index());
        }
    }

    /** S1: an acknowledged write is committed. */
    void acknowledged(long client, long sequence) {
        if (!writes.contains(new Write(client, sequence))) {
            throw new LawBroken(
                    "S1: write " + sequence + " of client " + client + " is acknowledged and not committed");
        }
    }

    /** S2: what a checkpoint puts in place is what was committed. */
    void installed(SimReplica replica) {
        int index = (int) replica.data.applied.index();
        if (index > committed.size() || index > 0 && digests.get(index - 1) != replica.data.digest) {
            throw new LawBroken(
                    "S2: replica " + replica.id + " installs something else at " + index + " than what was committed");
        }
    }

    /** S3: a read sees every write that was acknowledged before it began. */
    void read(SimReplica replica, int needed) {
        if (replica.data.applied.index() < needed) {
            throw new LawBroken("S3: a read at replica " + replica.id + " sees " + replica.data.applied.index()
                    + " entries, " + needed + " were acknowledged before it began");
        }
    }

    /** S6: entries equal in epoch and index are equal, with everything before them; epochs never go down in a log. */
    void stored(SimReplica replica, long index) {
        Entry entry = replica.entry(index);
        long before = replica.epochAt(index - 1);
        if (entry.index() != index || before > entry.epoch()) {
            throw new LawBroken("S6: epochs go down in the log of replica " + replica.id + " at " + index);
        }
        Seen first = seen.putIfAbsent(new EntryId(entry.epoch(), index), new Seen(entry, before));
        if (first != null && (first.entry != entry || first.previousEpoch != before)) {
            throw new LawBroken("S6: replica " + replica.id + " holds another entry, or another one before it, at ("
                    + entry.epoch() + "," + index + ") than was there before");
        }
    }

    /** S5: one primary an epoch. */
    void office(SimReplica replica) {
        if (replica.machine == null) {
            return;
        }
        if (replica.machine.role() == Role.PRIMARY) {
            long epoch = replica.machine.epoch();
            Long other = primaries.putIfAbsent(epoch, replica.id);
            if (other != null && other != replica.id) {
                throw new LawBroken(
                        "S5: replicas " + other + " and " + replica.id + " are both primary in epoch " + epoch);
            }
        }
    }

    /** S1 and S7: every in-sync replica whose disk isn't lost has all that was committed, synced. */
    void inSync(Config config, List<SimReplica> replicas) {
        for (long id : config.inSync()) {
            SimReplica replica = replicas.get((int) id);
            if (!replica.gone && replica.proved(committed) < committed.size()) {
                throw new LawBroken(
                        "S1/S7: in-sync replica " + id + " does not hold committed entry " + (replica.prefix + 1));
            }
        }
    }
}
