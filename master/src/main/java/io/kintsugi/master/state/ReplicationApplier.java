package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.ChangeInSync;
import io.kintsugi.master.command.Command.Elect;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import java.util.List;
import java.util.TreeSet;

/** Configurations of partitions (DESIGN section 6, rules 10 to 13 and 17): one successor to an epoch. */
final class ReplicationApplier {
    private ReplicationApplier() {}

    static long changeInSync(Transaction tx, ChangeInSync c) {
        Partition p = Lookup.partition(tx, c.partition(), c.epoch());
        Refusal.unless(
                c.primary() != 0 && p.primary() == c.primary(),
                "NOT_PRIMARY",
                "replica %d isn't the primary of partition %d in epoch %d, %d is: only the primary proposes",
                c.primary(),
                p.id(),
                p.epoch(),
                p.primary());
        checkSet(p, c.inSync());
        for (long replica : c.inSync()) {
            Refusal.unless(
                    p.member(replica).isPresent(),
                    "NOT_A_MEMBER",
                    "replica %d is no member of partition %d: only members and the joining replica can be in-sync",
                    replica,
                    p.id());
            Refusal.unless(
                    !p.isHeld(replica),
                    "MEMBER_HELD",
                    "replica %d of partition %d is held out of service: an operator lets it in again",
                    replica,
                    p.id());
        }
        Refusal.unless(
                c.inSync().contains(c.primary()),
                "PRIMARY_NOT_IN_SYNC",
                "the proposed set %s of partition %d leaves out its primary %d",
                c.inSync(),
                p.id(),
                c.primary());
        tx.put(p.configured(p.members(), p.joining(), p.leaving(), c.inSync(), p.primary()));
        return p.epoch() + 1;
    }

    static long elect(Transaction tx, Elect c) {
        Partition p = Lookup.partition(tx, c.partition(), c.epoch());
        checkSet(p, c.inSync());
        for (long replica : c.inSync()) {
            Refusal.unless(
                    p.isInSync(replica),
                    "NOT_IN_SYNC",
                    "replica %d of partition %d isn't in-sync in epoch %d: an election never adds one",
                    replica,
                    p.id(),
                    p.epoch());
        }
        Refusal.unless(
                c.inSync().contains(c.primary()),
                "PRIMARY_NOT_IN_SYNC",
                "replica %d isn't in the in-sync set %s that is to follow: only one of those can be primary of partition %d",
                c.primary(),
                c.inSync(),
                p.id());
        List<Long> failed = p.members().stream()
                .map(Member::replica)
                .filter(r -> p.isInSync(r) && !c.inSync().contains(r))
                .toList();
        Partition now = SalvageApplier.over(tx, p);
        tx.put(now.configured(now.members(), now.joining(), now.leaving(), c.inSync(), c.primary())
                .holding(AbsenceApplier.heldAsFailed(tx, failed)));
        return p.epoch() + 1;
    }

    private static void checkSet(Partition p, List<Long> inSync) {
        Refusal.unless(
                new TreeSet<>(inSync).size() == inSync.size(),
                "DUPLICATE_REPLICA",
                "the set %s for partition %d names a replica twice",
                inSync,
                p.id());
    }
}
