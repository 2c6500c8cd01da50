package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.HoldReplica;
import io.kintsugi.master.command.Command.ReleaseReplica;
import io.kintsugi.master.model.Absence;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.model.Table;
import java.util.List;

/**
 * Members that are taken out of service and come back. One that is held never becomes in-sync. Who is held: whom an operator holds, and, while
 * automatic failover is off, whoever has failed. A return to service ends with the configuration that says how it ended.
 */
final class AbsenceApplier {
    private AbsenceApplier() {}

    static long hold(Transaction tx, HoldReplica c) {
        Partition p = Lookup.partition(tx, c.partition(), c.epoch());
        checkMember(p, c.replica());
        Refusal.unless(!p.isHeld(c.replica()), "ALREADY_HELD", "replica %d is held out of service", c.replica());
        boolean led = p.primary() == c.replica();
        Partition without = p.isInSync(c.replica()) ? without(tx, p, c) : p;
        tx.put(without.holding(List.of(c.replica())));
        long id = tx.next(Counter.OP);
        Op op = made(tx, p, id, OpKind.OFFLINE, new Absence(p.id(), c.replica(), led, false));
        tx.put(Lookup.to(op, OpStatus.SUCCESS, "", led ? "replica " + c.newPrimary() + " took over" : "", tx.now()));
        return id;
    }

    private static Partition without(Transaction tx, Partition p, HoldReplica c) {
        Refusal.unless(
                p.mutex() == RestoreMutex.STOP || p.primary() != 0,
                "PARTITION_BUSY",
                "partition %d belongs to op %d (%s): wait for its end, or cancel it",
                p.id(),
                p.mutexOp(),
                p.mutex());
        List<Long> rest = p.inSync().stream().filter(r -> r != c.replica()).toList();
        Refusal.unless(
                !rest.isEmpty(),
                "LAST_IN_SYNC",
                "no replica but %d of partition %d is in-sync: without it nothing would be served, and nobody could take over",
                c.replica(),
                p.id());
        boolean primary = p.primary() == c.replica();
        Refusal.unless(
                !primary || rest.contains(c.newPrimary()),
                "IS_PRIMARY",
                "replica %d is the primary of partition %d: name one of %s that takes over",
                c.replica(),
                p.id(),
                rest);
        return p.configured(p.members(), p.joining(), p.leaving(), rest, primary ? c.newPrimary() : p.primary());
    }

    static long release(Transaction tx, ReleaseReplica c) {
        Partition p = tx.state()
                .partition(c.partition())
                .orElseThrow(() -> Refusal.of("NO_SUCH_PARTITION", "there is no partition %d", c.partition()));
        checkMember(p, c.replica());
        Refusal.unless(
                !p.isInSync(c.replica()),
                "IN_SYNC",
                "replica %d of partition %d is in-sync: it is in service, and need not be recovered",
                c.replica(),
                p.id());
        for (Op open : tx.state().openRejoins(p.id())) {
            if (open.absence().replica() == c.replica()) {
                throw new Refusal(
                        "ALREADY_REJOINING",
                        "replica " + c.replica() + " is coming back already, by op " + open.id(),
                        open.id());
            }
        }
        boolean led = p.away().led().contains(c.replica());
        boolean held = p.isHeld(c.replica());
        tx.put(p.releasing(c.replica()));
        long id = tx.next(Counter.OP);
        tx.put(made(tx, p, id, OpKind.REJOIN, new Absence(p.id(), c.replica(), led, held)));
        return id;
    }

    private static void checkMember(Partition p, long replica) {
        Refusal.unless(
                p.members().stream().anyMatch(m -> m.replica() == replica),
                "NOT_A_MEMBER",
                "replica %d is no member of partition %d",
                replica,
                p.id());
    }

    private static Op made(Transaction tx, Partition p, long id, OpKind kind, Absence absence) {
        String target = tx.state().table(p.table()).map(Table::name).orElse("?") + "." + p.index();
        Op op = Op.created(id, kind, target, 0, OpStatus.RUNNING, tx.requestedBy(), tx.now())
                .with(absence);
        return kind == OpKind.REJOIN ? op.to(OpStatus.RUNNING, "CATCHING_UP", "until it is in-sync", tx.now()) : op;
    }

    /** Ends the returns to service that the configuration ends: called with each that is put. */
    static void settle(Transaction tx, Partition p) {
        for (Op op : List.copyOf(tx.state().openRejoins(p.id()))) {
            long replica = op.absence().replica();
            if (p.isInSync(replica)) {
                tx.put(Lookup.to(op, OpStatus.SUCCESS, "", "", tx.now()));
            } else if (p.members().stream().noneMatch(m -> m.replica() == replica)) {
                tx.put(Lookup.to(op, OpStatus.CANCELLED, "REPLACED", "it is no member any more", tx.now()));
            } else if (p.isHeld(replica)) {
                tx.put(Lookup.to(op, OpStatus.FAILED, "HELD_AGAIN", "it was taken out of service again", tx.now()));
            }
        }
    }

    /** What the op let in is held again. */
    static void cancel(Transaction tx, Op op) {
        tx.put(Lookup.to(op, OpStatus.CANCELLED, "CANCELLED", "cancelled by " + tx.requestedBy(), tx.now()));
        Partition p = tx.state().partition(op.absence().partition()).orElseThrow();
        if (op.absence().held()) {
            tx.put(p.holding(List.of(op.absence().replica())));
        }
    }

    /** The partition goes for good. */
    static void purged(Transaction tx, Partition p, Table t) {
        for (Op op : List.copyOf(tx.state().openRejoins(p.id()))) {
            tx.put(Lookup.to(op, OpStatus.CANCELLED, "TABLE_PURGED", "table '" + t.name() + "' was purged", tx.now()));
        }
    }

    /** While automatic failover is off, whoever failed stays out until an operator says otherwise. */
    static List<Long> heldAsFailed(Transaction tx, List<Long> failed) {
        return off(tx) ? failed : List.of();
    }

    /** The same of a datanode that has died: of its members those that aren't in-sync; the others are, once they are taken out. */
    static void nodeDied(Transaction tx, int node) {
        if (!off(tx)) {
            return;
        }
        for (Disk disk : tx.state().disksOfNode(node)) {
            for (int id : List.copyOf(tx.state().partitionsOnDisk(disk.id()))) {
                Partition p = tx.state().partition(id).orElseThrow();
                List<Long> out = p.members().stream()
                        .filter(m -> m.disk() == disk.id())
                        .map(Member::replica)
                        .filter(r -> !p.isInSync(r) && !p.isHeld(r))
                        .toList();
                if (!out.isEmpty()) {
                    tx.put(p.holding(out));
                }
            }
        }
    }

    private static boolean off(Transaction tx) {
        return !tx.state().settings().on(Setting.AUTO_FAILOVER);
    }

    /** Automatic failover goes on: whoever is held comes back by itself. */
    static void releaseAll(Transaction tx) {
        for (Partition p : List.copyOf(tx.state().partitions().values())) {
            Partition free = p;
            for (long replica : p.away().held()) {
                free = free.releasing(replica);
            }
            if (free != p) {
                tx.put(free);
            }
        }
    }
}
