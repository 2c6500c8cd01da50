package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.FinishBalance;
import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Setting;

/** Evening out: one pass by an operator's word, and what is asked of the moves that the master makes for it (decision 0013). */
final class BalanceApplier {
    private BalanceApplier() {}

    static long start(Transaction tx) {
        for (Op open : tx.state().openOps()) {
            if (open.kind() == OpKind.BALANCE) {
                throw new Refusal("ALREADY_BALANCING", "op " + open.id() + " evens out already", open.id());
            }
        }
        long id = tx.next(Counter.OP);
        tx.put(Op.created(id, OpKind.BALANCE, "cluster", 0, OpStatus.RUNNING, tx.requestedBy(), tx.now()));
        return id;
    }

    static long finish(Transaction tx, FinishBalance c) {
        Op op = Lookup.op(tx, c.op(), OpKind.BALANCE, c.revision());
        OpStatus status = c.success() ? OpStatus.SUCCESS : OpStatus.FAILED;
        tx.put(Lookup.to(op, status, c.reason(), c.message(), tx.now()));
        return 0;
    }

    /** Moves that are under way end by themselves, or are taken back by the leader. */
    static void cancel(Transaction tx, Op op) {
        tx.put(Lookup.to(op, OpStatus.CANCELLED, "CANCELLED", "cancelled by " + tx.requestedBy(), tx.now()));
    }

    /** Whether the master may move that replica there by itself, as things are when that is applied. */
    static void check(Transaction tx, Partition p, Member source, int toDisk) {
        Refusal.unless(
                tx.state()
                        .cluster()
                        .map(Cluster::brake)
                        .filter(b -> b.engaged())
                        .isEmpty(),
                "BRAKE_ENGAGED",
                "the brake is engaged: nothing is balanced");
        Refusal.unless(toDisk != 0, "MISSING_VALUE", "a move that evens out names its disk");
        Refusal.unless(
                p.mutex() == RestoreMutex.STOP
                        && tx.state().openMoves(p.id()).isEmpty()
                        && p.members().size() == p.target()
                        && p.inSync().size() == p.members().size(),
                "NOT_STEADY",
                "partition %d isn't whole, or op %d is at work on it: it is balanced later",
                p.id(),
                p.mutexOp());
        Lookup.placeable(tx, Lookup.disk(tx, source.disk()));
        long limit = tx.state().settings().get(Setting.BALANCE_LIMIT);
        long open = tx.state().openOps().stream()
                .filter(op -> op.kind() == OpKind.MOVE && op.automatic())
                .count();
        Refusal.unless(
                open < limit,
                "BALANCE_LIMIT",
                "%d moves that even out are open, %s is %d: wait",
                open,
                Setting.BALANCE_LIMIT.key(),
                limit);
    }
}
