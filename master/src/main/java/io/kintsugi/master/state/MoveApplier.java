package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.AbandonMove;
import io.kintsugi.master.command.Command.AdmitMove;
import io.kintsugi.master.command.Command.FinishMove;
import io.kintsugi.master.command.Command.StartMove;
import io.kintsugi.master.command.Command.SwapMove;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.model.Table;
import java.util.ArrayList;
import java.util.List;

/** A move adds before it removes: redundancy is never lower than it was (DESIGN section 4). */
final class MoveApplier {
    private MoveApplier() {}

    /** Token and mutex in one command, so that neither can leak. The token is the open op itself. */
    static long admit(Transaction tx, AdmitMove c) {
        Op parent =
                tx.state().op(c.parent()).orElseThrow(() -> Refusal.of("NO_SUCH_OP", "there is no op %d", c.parent()));
        Refusal.unless(
                parent.kind() == OpKind.DISK_DECOMMISSION && parent.status() == OpStatus.RUNNING,
                "PARENT_NOT_ADMITTED",
                "op %d is a %s that is %s: moves are admitted for a running decommission only",
                parent.id(),
                parent.kind(),
                parent.status());
        Partition p = Lookup.partition(tx, c.partition(), c.epoch());
        checkFree(p);
        Member source = p.members().stream()
                .filter(m -> m.replica() == c.source() && m.disk() == parent.disk())
                .findFirst()
                .orElseThrow(() -> Refusal.of(
                        "SOURCE_NOT_ON_DISK",
                        "replica %d isn't a member of partition %d on disk %d",
                        c.source(),
                        p.id(),
                        parent.disk()));
        int nodeset = Lookup.node(tx, source.node()).nodeset();
        long limit = tx.state().settings().get(Setting.DECOMMISSION_DP_LIMIT);
        int taken = tx.state().movesOfNodeset(nodeset).size();
        Refusal.unless(
                taken < limit,
                "NO_TOKEN",
                "nodeset %d has %d moves under way, its limit is %d: wait, or raise %s",
                nodeset,
                taken,
                limit,
                Setting.DECOMMISSION_DP_LIMIT.key());
        long id = tx.next(Counter.OP);
        String target = tx.state().table(p.table()).map(Table::name).orElse("?") + "." + p.index();
        Move move = Move.of(p.id(), source, nodeset);
        tx.put(new Op(
                id,
                OpKind.MOVE,
                1,
                target,
                0,
                parent.id(),
                OpStatus.PREPARE,
                0,
                0,
                "",
                "",
                0,
                0,
                tx.requestedBy(),
                tx.now(),
                tx.now(),
                0,
                move));
        tx.put(p.ownedBy(RestoreMutex.FORBIDDEN, id));
        return id;
    }

    private static void checkFree(Partition p) {
        Refusal.unless(
                p.mutex() != RestoreMutex.RUNNING,
                "REPAIR_RUNNING",
                "partition %d is being repaired by op %d: wait for its end",
                p.id(),
                p.mutexOp());
        Refusal.unless(
                p.mutex() == RestoreMutex.STOP,
                "MOVE_RUNNING",
                "partition %d is being moved by op %d",
                p.id(),
                p.mutexOp());
    }

    static long start(Transaction tx, StartMove c) {
        Op op = Lookup.op(tx, c.op(), OpKind.MOVE, c.revision());
        Refusal.unless(
                op.status() == OpStatus.PREPARE,
                "NOT_PREPARED",
                "move %d is %s: it starts from PREPARE",
                op.id(),
                op.status());
        Partition p = partition(tx, op, c.partition(), c.epoch());
        Refusal.unless(
                p.primary() != 0, "NO_PRIMARY", "partition %d has no primary that could take a learner in", p.id());
        Refusal.unless(
                p.member(op.move().source()).isPresent(),
                "SOURCE_GONE",
                "replica %d is no member of partition %d any more",
                op.move().source(),
                p.id());
        Disk disk = Lookup.disk(tx, c.disk());
        Lookup.placeable(tx, disk);
        Refusal.unless(
                p.onNode(disk.node())
                        .filter(m -> m.replica() != op.move().source())
                        .isEmpty(),
                "SAME_NODE",
                "datanode %d already has another replica of partition %d: choose a disk of another",
                disk.node(),
                p.id());
        long limit = tx.state().settings().get(Setting.INCOMING_COPIES_PER_DISK);
        int incoming = tx.state().movesToDisk(disk.id()).size();
        Refusal.unless(
                incoming < limit,
                "INCOMING_LIMIT",
                "disk %d (%s) takes in %d copies, its limit is %d: choose another, wait, or raise %s",
                disk.id(),
                Lookup.nameOf(tx, disk),
                incoming,
                limit,
                Setting.INCOMING_COPIES_PER_DISK.key());
        Member joining = new Member(tx.next(Counter.REPLICA), disk.node(), disk.id(), 0);
        tx.put(p.configured(p.members(), joining, op.move().source(), p.inSync(), p.primary()));
        tx.put(Lookup.to(op, OpStatus.RUNNING, "", "", tx.now())
                .withCounts(op.attempts() + 1, op.rollbacks())
                .withMove(op.move().added(joining, p.inSync().size())));
        return joining.replica();
    }

    static long swap(Transaction tx, SwapMove c) {
        Op op = Lookup.op(tx, c.op(), OpKind.MOVE, c.revision());
        checkStep(op, MoveStep.ADDED);
        Partition p = partition(tx, op, c.partition(), c.epoch());
        Move m = op.move();
        Refusal.unless(
                p.isInSync(m.destination()),
                "DESTINATION_NOT_IN_SYNC",
                "replica %d of partition %d isn't in-sync yet: wait until the primary has grown it in",
                m.destination(),
                p.id());
        Refusal.unless(
                p.primary() != m.source(),
                "IS_PRIMARY",
                "the source %d is the primary of partition %d: elect another in-sync member first",
                m.source(),
                p.id());
        Refusal.unless(
                swapKeepsRedundancy(tx, p, m),
                "WOULD_LOWER_REDUNDANCY",
                "without the source %d, partition %d would have %d in-sync of at least %d: wait until another is in-sync again",
                m.source(),
                p.id(),
                without(p, m.source()).size(),
                floor(tx, p, m));
        List<Member> members = new ArrayList<>(p.members());
        members.set(members.indexOf(p.member(m.source()).orElseThrow()), p.joining());
        Partition swapped = p.configured(members, null, 0, without(p, m.source()), p.primary());
        tx.put(swapped);
        tx.put(op.to(OpStatus.RUNNING, "", "", tx.now()).withMove(m.swapped(swapped.epoch())));
        return swapped.epoch();
    }

    static long finish(Transaction tx, FinishMove c) {
        Op op = Lookup.op(tx, c.op(), OpKind.MOVE, c.revision());
        checkStep(op, MoveStep.SWAPPED);
        tx.put(Lookup.to(op, OpStatus.SUCCESS, "", "", tx.now()));
        tx.put(owned(tx, op).ownedBy(RestoreMutex.STOP, 0));
        return 0;
    }

    static long abandon(Transaction tx, AbandonMove c) {
        Op op = Lookup.op(tx, c.op(), OpKind.MOVE, c.revision());
        Move m = op.move();
        Refusal.unless(
                m.step() != MoveStep.SWAPPED,
                "ALREADY_SWAPPED",
                "move %d has taken its source out of partition %d: what is left of it is finished, not undone",
                op.id(),
                m.partition());
        Lookup.notEmpty("the reason to abandon move " + op.id(), c.reason());
        Partition p = owned(tx, op);
        boolean added = m.step() == MoveStep.ADDED;
        if (added) {
            checkDroppable(tx, p, m);
            p = p.configured(p.members(), null, 0, without(p, m.destination()), p.primary());
        }
        tx.put(p.ownedBy(RestoreMutex.STOP, 0));
        tx.put(Lookup.to(op, OpStatus.FAILED, c.reason(), c.message(), tx.now())
                .withCounts(op.attempts(), op.rollbacks() + (added ? 1 : 0)));
        return 0;
    }

    /** Whether the destination can go without taking redundancy along that the partition would have by going on. */
    private static void checkDroppable(Transaction tx, Partition p, Move m) {
        Refusal.unless(
                p.primary() != m.destination(),
                "IS_PRIMARY",
                "the destination %d is the primary of partition %d: elect another in-sync member first",
                m.destination(),
                p.id());
        if (!p.isInSync(m.destination())) {
            return;
        }
        int left = without(p, m.destination()).size();
        Refusal.unless(
                left >= floor(tx, p, m) || left > 0 && !swapKeepsRedundancy(tx, p, m),
                "WOULD_LOWER_REDUNDANCY",
                "without the destination %d, partition %d would have %d in-sync: swap the source out instead",
                m.destination(),
                p.id(),
                left);
    }

    private static boolean swapKeepsRedundancy(Transaction tx, Partition p, Move m) {
        return without(p, m.source()).size() >= floor(tx, p, m);
    }

    /** How many in-sync replicas the swap must leave. */
    private static int floor(Transaction tx, Partition p, Move m) {
        return Math.min(Lookup.table(tx, p.table()).replicas(), m.notedInSync());
    }

    private static List<Long> without(Partition p, long replica) {
        return p.inSync().stream().filter(r -> r != replica).toList();
    }

    private static void checkStep(Op op, MoveStep step) {
        Refusal.unless(
                op.status() == OpStatus.RUNNING && op.move().step() == step,
                "WRONG_STEP",
                "move %d is %s at step %s: this takes RUNNING at step %s",
                op.id(),
                op.status(),
                op.move().step(),
                step);
    }

    private static Partition partition(Transaction tx, Op op, int named, long epoch) {
        Refusal.unless(
                named == op.move().partition(),
                "WRONG_PARTITION",
                "move %d is of partition %d, not of %d",
                op.id(),
                op.move().partition(),
                named);
        return Lookup.partition(tx, named, epoch);
    }

    /** The partition of an open move. That the mutex names the op is an invariant, so anything else is an internal error. */
    private static Partition owned(Transaction tx, Op op) {
        Partition p = tx.state().partition(op.move().partition()).orElseThrow();
        if (p.mutexOp() != op.id()) {
            throw new IllegalStateException(
                    "partition " + p.id() + " is owned by op " + p.mutexOp() + ", not by the open move " + op.id());
        }
        return p;
    }
}
