package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.AddReplica;
import io.kintsugi.master.command.Command.RemoveReplica;
import io.kintsugi.master.command.Command.ResetTarget;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Redundancy;
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

    /** The master never has fewer in-sync than it should by its own doing (law 2 of DESIGN section 9): an operator says so by the target. */
    static long remove(Transaction tx, RemoveReplica c) {
        Partition p = Lookup.partition(tx, c.partition(), c.epoch());
        RepairApplier.checkMutex(p);
        Member leaves = p.members().stream()
                .filter(m -> m.replica() == c.replica())
                .findFirst()
                .orElseThrow(() ->
                        Refusal.of("NOT_A_MEMBER", "replica %d is no member of partition %d", c.replica(), p.id()));
        int target = target(tx, p, c.lower());
        List<Long> inSync = Redundancy.without(p, c.replica());
        Refusal.unless(
                !inSync.isEmpty(),
                "LAST_IN_SYNC",
                "no replica but %d of partition %d is in-sync: without it data would be lost",
                c.replica(),
                p.id());
        Refusal.unless(
                !p.isInSync(c.replica()) || inSync.size() >= target,
                "WOULD_LOWER_REDUNDANCY",
                "without replica %d, partition %d would have %d in-sync of %d: wait until the others are in-sync, or take one out that isn't",
                c.replica(),
                p.id(),
                inSync.size(),
                target);
        long primary = p.primary() == c.replica() ? heir(p, c, inSync) : p.primary();
        List<Member> rest = p.members().stream().filter(m -> m != leaves).toList();
        tx.put(p.withTarget(target).configured(rest, null, 0, inSync, primary));
        return p.epoch() + 1;
    }

    private static int target(Transaction tx, Partition p, boolean lower) {
        boolean enough = p.members().size() > p.target();
        Refusal.unless(
                enough || lower,
                "BELOW_TARGET",
                "partition %d has %d members of %d: one that is lost is replaced by itself; to keep fewer, say that the target is to be lowered",
                p.id(),
                p.members().size(),
                p.target());
        if (enough) {
            return p.target();
        }
        Table t = Lookup.table(tx, p.table());
        Refusal.unless(
                p.target() > t.minInSync(),
                "BELOW_MIN_IN_SYNC",
                "partition %d would have a target of %d, table '%s' takes writes with at least %d in-sync",
                p.id(),
                p.target() - 1,
                t.name(),
                t.minInSync());
        return p.target() - 1;
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
