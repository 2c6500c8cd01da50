package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.AddReplica;
import io.kintsugi.master.command.Command.RemoveReplica;
import io.kintsugi.master.command.Command.ResetTarget;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Removal;
import io.kintsugi.master.model.Table;
import java.util.List;
import java.util.Optional;

/** How many members a partition should have, where an operator wants another number than its table's, and taking one out. */
final class MembersApplier {
    private MembersApplier() {}

    static long add(Transaction tx, AddReplica c) {
        Partition p = partition(tx, c.partition());
        int wanted = Math.max(p.target(), p.members().size() + 1);
        Refusal.unless(
                wanted <= TableApplier.MAX_REPLICAS,
                "TOO_MANY_REPLICAS",
                "partition %d has %d members: a partition has %d at most",
                p.id(),
                p.members().size(),
                TableApplier.MAX_REPLICAS);
        Partition more = p.withTarget(wanted);
        tx.put(more);
        return RepairApplier.begin(tx, more, Optional.empty(), c.toNode(), c.toDisk(), "");
    }

    static long resetTarget(Transaction tx, ResetTarget c) {
        Partition p = partition(tx, c.partition());
        Table t = Lookup.table(tx, p.table());
        Refusal.unless(
                p.target() != t.replicas(),
                "TARGET_NOT_CHANGED",
                "partition %d should have %d members, as table '%s' says: there is nothing to be reset",
                p.id(),
                p.target(),
                t.name());
        tx.put(p.withTarget(t.replicas()));
        return t.replicas();
    }

    private static Partition partition(Transaction tx, int id) {
        return tx.state()
                .partition(id)
                .orElseThrow(() -> Refusal.of("NO_SUCH_PARTITION", "there is no partition %d", id));
    }

    static long remove(Transaction tx, RemoveReplica c) {
        Partition p = Lookup.partition(tx, c.partition(), c.epoch());
        RepairApplier.checkMutex(p);
        int minInSync = Lookup.table(tx, p.table()).minInSync();
        Removal removal = Removal.of(p, c.replica(), c.lower(), minInSync);
        if (!removal.possible()) {
            throw new Refusal(removal.reason(), removal.message(), 0);
        }
        long primary = p.primary() == c.replica() ? heir(p, c, removal.inSync()) : p.primary();
        List<Member> rest =
                p.members().stream().filter(m -> m.replica() != c.replica()).toList();
        tx.put(p.withTarget(removal.target()).configured(rest, null, 0, removal.inSync(), primary));
        return p.epoch() + 1;
    }

    private static long heir(Partition p, RemoveReplica c, List<Long> inSync) {
        Refusal.unless(
                inSync.contains(c.newPrimary()),
                "IS_PRIMARY",
                "replica %d is the primary of partition %d: name one of %s that takes over",
                c.replica(),
                p.id(),
                inSync);
        return c.newPrimary();
    }
}
