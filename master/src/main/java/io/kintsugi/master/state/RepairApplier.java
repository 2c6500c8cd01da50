package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.RepairReplica;
import io.kintsugi.master.model.Brake;
import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RepairMode;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.model.Table;
import java.util.Optional;

/**
 * Repairs of partitions: how they begin. From there on they are moves (decision 0006): one op over all attempts, made as Marked. A lost
 * replica that is in-sync leaves that set by {@link ReplicationApplier#elect}, which FailoverDriver proposes as soon as it is known to be
 * lost: a repair has no say in that, and nothing waits for a repair's turn.
 */
final class RepairApplier {
    private RepairApplier() {}

    static long request(Transaction tx, RepairReplica c) {
        Partition p = Lookup.partition(tx, c.partition(), c.epoch());
        return begin(tx, p, lost(tx, p, c.lost()), c.toNode(), c.toDisk(), c.rule());
    }

    static long begin(Transaction tx, Partition p, Optional<Member> lost, int toNode, int toDisk, String rule) {
        checkFree(tx, p);
        Member by = lost.or(() -> p.member(p.primary())).orElse(p.members().getFirst());
        int nodeset = tx.state().node(by.node()).map(Node::nodeset).orElse(0);
        Move move = Move.repair(p.id(), lost, nodeset, rule).to(toNode, toDisk);
        MoveApplier.checkDestination(tx, p, move);
        if (move.automatic()) {
            checkMode(tx, move.rule());
            checkLimit(tx);
        }
        return made(tx, p, move);
    }

    /** One repair of a partition at a time, and none while a move owns it. Moves that wait don't matter: the repair goes ahead of them. */
    private static void checkFree(Transaction tx, Partition p) {
        for (Op open : tx.state().openMoves(p.id())) {
            if (open.isRepair()) {
                throw new Refusal(
                        "ALREADY_REPAIRING",
                        "partition " + p.id() + " is being repaired by op " + open.id() + ": wait for its end",
                        open.id());
            }
        }
        checkMutex(p);
    }

    static void checkMutex(Partition p) {
        Refusal.unless(
                p.mutex() == RestoreMutex.STOP,
                "PARTITION_BUSY",
                "partition %d belongs to op %d (%s): wait for its end, or cancel it",
                p.id(),
                p.mutexOp(),
                p.mutex());
    }

    private static Optional<Member> lost(Transaction tx, Partition p, long replica) {
        if (replica == 0) {
            Refusal.unless(
                    p.members().size() < p.target(),
                    "NOT_NEEDED",
                    "partition %d has %d members of %d: there is none to be added",
                    p.id(),
                    p.members().size(),
                    p.target());
            return Optional.empty();
        }
        Member lost = p.members().stream()
                .filter(m -> m.replica() == replica)
                .findFirst()
                .orElseThrow(
                        () -> Refusal.of("NOT_A_MEMBER", "replica %d is no member of partition %d", replica, p.id()));
        Refusal.unless(
                p.isInSync(replica) && onBrokenDisk(tx, lost)
                        || p.inSync().stream().anyMatch(r -> r != replica),
                "LAST_IN_SYNC",
                "no replica but %d of partition %d is in-sync: replacing it would lose data; bring it back, or recover the partition",
                replica,
                p.id());
        return Optional.of(lost);
    }

    /** It may still be read there; until it is, nothing is given up. */
    private static boolean onBrokenDisk(Transaction tx, Member lost) {
        return tx.state()
                .disk(lost.disk())
                .filter(d -> d.status() == DiskStatus.UNAVAILABLE)
                .isPresent();
    }

    private static void checkMode(Transaction tx, String rule) {
        Refusal.unless(
                RepairMode.of(tx.state().settings()) == RepairMode.ON,
                "REPAIR_OFF",
                "nothing is repaired by itself: %s and %s say so",
                Setting.ENABLE_AUTO_DP_META_REPAIR.key(),
                Setting.AUTO_DP_META_REPAIR_MODE.key());
        Refusal.unless(
                tx.state().settings().on(Setting.AUTO_FAILOVER),
                "AUTO_FAILOVER_OFF",
                "nothing is replaced by itself: %s is false",
                Setting.AUTO_FAILOVER.key());
        Brake brake = tx.state().cluster().map(Cluster::brake).orElse(Brake.OFF);
        Refusal.unless(
                !brake.engaged() || !Brake.stops(rule),
                "AUTOMATIC_WORK_STOPPED",
                "the brake is engaged (%s): what is away isn't replaced by itself",
                brake.message());
    }

    private static void checkLimit(Transaction tx) {
        long limit = tx.state().settings().get(Setting.AUTO_DP_META_REPAIR_PARALLEL_CNT);
        long open = tx.state().openRepairs().stream()
                .filter(op -> op.move().automatic())
                .count();
        Refusal.unless(
                open < limit,
                "REPAIR_LIMIT",
                "%d automatic repairs are open, %s is %d: wait, or raise it",
                open,
                Setting.AUTO_DP_META_REPAIR_PARALLEL_CNT.key(),
                limit);
    }

    private static long made(Transaction tx, Partition p, Move move) {
        long id = tx.next(Counter.OP);
        String target = tx.state().table(p.table()).map(Table::name).orElse("?") + "." + p.index();
        tx.put(Op.created(id, OpKind.REPAIR, target, 0, OpStatus.MARKED, tx.requestedBy(), tx.now())
                .with(move));
        return id;
    }
}
