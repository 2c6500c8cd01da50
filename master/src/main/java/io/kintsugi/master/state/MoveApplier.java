package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.AdmitMove;
import io.kintsugi.master.command.Command.FinishMove;
import io.kintsugi.master.command.Command.MoveReplica;
import io.kintsugi.master.command.Command.ReadmitMove;
import io.kintsugi.master.command.Command.StartMove;
import io.kintsugi.master.command.Command.SwapMove;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Redundancy;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.model.Table;
import java.util.ArrayList;
import java.util.List;

/** A move adds before it removes: redundancy is never lower than it was (DESIGN section 4). */
final class MoveApplier {
    private MoveApplier() {}

    /** An operator's: made as Marked, admitted when there is a token. What it would wait for in vain is refused at once. */
    static long request(Transaction tx, MoveReplica c) {
        Partition p = tx.state()
                .partition(c.partition())
                .orElseThrow(() -> Refusal.of("NO_SUCH_PARTITION", "there is no partition %d", c.partition()));
        Lookup.weight(c.weight());
        checkNotInRepair(p);
        Member source = source(p, c.source());
        for (Op open : tx.state().openMoves(p.id())) {
            if (open.move().source() == c.source()) {
                Refusal.unless(
                        !open.isRepair(),
                        "REPAIR_RUNNING",
                        "replica %d of partition %d is lost, and repair op %d puts another in its place: wait for its end",
                        c.source(),
                        p.id(),
                        open.id());
                throw new Refusal(
                        "ALREADY_MOVING",
                        "replica " + c.source() + " of partition " + p.id() + " is being moved by op " + open.id(),
                        open.id());
            }
        }
        checkDestination(tx, p, Move.of(p.id(), source, 0).to(c.toNode(), c.toDisk()));
        if (c.automatic()) {
            BalanceApplier.check(tx, p, source, c.toDisk());
        }
        Op op = created(tx, p, source, 0, OpStatus.MARKED);
        Op wanted = op.with(op.move().to(c.toNode(), c.toDisk())).with(c.weight());
        tx.put(c.automatic() ? wanted.byItself() : wanted);
        return op.id();
    }

    /** Whether what an operator wants will do as destination, as things are. */
    static void checkDestination(Transaction tx, Partition p, Move m) {
        if (m.toNode() != 0) {
            Lookup.notDrained(tx, Lookup.node(tx, m.toNode()));
            checkOtherNode(p, m.source(), m.toNode());
        }
        if (m.toDisk() != 0) {
            Disk disk = Lookup.disk(tx, m.toDisk());
            Lookup.placeable(tx, disk);
            checkOtherDisk(tx, p, m, disk);
            checkOtherNode(p, m.source(), disk.node());
            Refusal.unless(
                    m.toNode() == 0 || m.toNode() == disk.node(),
                    "DISK_OF_OTHER_NODE",
                    "disk %s isn't on datanode %d: name one of the two",
                    Lookup.nameOf(tx, disk),
                    m.toNode());
        }
    }

    /** A lost replica's disk will do, if it works. */
    private static void checkOtherDisk(Transaction tx, Partition p, Move m, Disk disk) {
        Refusal.unless(
                p.all().stream().noneMatch(o -> o.disk() == disk.id() && !(m.isRepair() && o.replica() == m.source())),
                "SAME_DISK",
                "partition %d has a replica on %s already: choose another disk",
                p.id(),
                Lookup.nameOf(tx, disk));
    }

    private static void checkOtherNode(Partition p, long source, int node) {
        Refusal.unless(
                p.onNode(node).filter(m -> m.replica() != source).isEmpty(),
                "SAME_NODE",
                "datanode %d already has another replica of partition %d: choose a disk of another",
                node,
                p.id());
    }

    private static Member source(Partition p, long replica) {
        return p.members().stream()
                .filter(m -> m.replica() == replica)
                .findFirst()
                .orElseThrow(
                        () -> Refusal.of("NOT_A_MEMBER", "replica %d is no member of partition %d", replica, p.id()));
    }

    private static Op created(Transaction tx, Partition p, Member source, long parent, OpStatus status) {
        long id = tx.next(Counter.OP);
        String target = tx.state().table(p.table()).map(Table::name).orElse("?") + "." + p.index();
        int nodeset = Lookup.node(tx, source.node()).nodeset();
        return Op.created(id, OpKind.MOVE, target, parent, status, tx.requestedBy(), tx.now())
                .with(Move.of(p.id(), source, nodeset));
    }

    /** Token and mutex in one command, so that neither can leak. The token is the open op itself. */
    static long admit(Transaction tx, AdmitMove c) {
        Op parent = runningParent(tx, c.parent());
        Partition p = Lookup.partition(tx, c.partition(), c.epoch());
        checkFree(p);
        Member source = source(p, c.source());
        Refusal.unless(
                source.disk() == parent.disk(),
                "SOURCE_NOT_ON_DISK",
                "replica %d of partition %d isn't on disk %d",
                c.source(),
                p.id(),
                parent.disk());
        Refusal.unless(
                tx.state().openMoves(p.id()).stream().noneMatch(m -> m.parent() == parent.id()),
                "ALREADY_MOVING",
                "op %d has a move of partition %d",
                parent.id(),
                p.id());
        Op lost = tx.state().givenUp(parent.id()).get(p.id());
        if (lost != null) {
            throw new Refusal(
                    "GIVEN_UP",
                    "op " + parent.id() + " has given partition " + p.id() + " up: its move " + lost.id() + " is "
                            + lost.status(),
                    lost.id());
        }
        Op op = created(tx, p, source, parent.id(), OpStatus.PREPARE).with(parent.weight());
        checkToken(tx, op.move().nodeset());
        tx.put(op);
        tx.put(p.ownedBy(RestoreMutex.FORBIDDEN, op.id()));
        return op.id();
    }

    private static Op runningParent(Transaction tx, long id) {
        Op parent = tx.state().op(id).orElseThrow(() -> Refusal.of("NO_SUCH_OP", "there is no op %d", id));
        Refusal.unless(
                parent.kind() == OpKind.DISK_DECOMMISSION
                        && parent.status() == OpStatus.RUNNING
                        && parent.intent() == Intent.NONE,
                "PARENT_NOT_ADMITTED",
                "op %d is a %s that is %s, intent %s: moves are admitted for a running decommission only",
                parent.id(),
                parent.kind(),
                parent.status(),
                parent.intent());
        return parent;
    }

    private static void checkToken(Transaction tx, int nodeset) {
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
    }

    /** Marked → Prepare, for an op that is there already. */
    static long readmit(Transaction tx, ReadmitMove c) {
        Op op = Lookup.move(tx, c.op(), c.revision());
        Refusal.unless(
                op.status() == OpStatus.MARKED,
                "NOT_MARKED",
                "move %d is %s: it is admitted from MARKED",
                op.id(),
                op.status());
        if (op.parent() != 0) {
            runningParent(tx, op.parent());
        }
        Partition p = partition(tx, op, c.partition(), c.epoch());
        checkFree(p);
        checkSource(p, op.move());
        checkToken(tx, op.move().nodeset());
        tx.put(Lookup.to(op, OpStatus.PREPARE, "", "", tx.now()));
        tx.put(p.ownedBy(op.isRepair() ? RestoreMutex.RUNNING : RestoreMutex.FORBIDDEN, op.id()));
        return op.id();
    }

    private static void checkNotInRepair(Partition p) {
        Refusal.unless(
                p.mutex() != RestoreMutex.RUNNING,
                "REPAIR_RUNNING",
                "partition %d is being repaired by op %d: wait for its end",
                p.id(),
                p.mutexOp());
    }

    private static void checkSource(Partition p, Move m) {
        Refusal.unless(
                m.sourceIn(p).isPresent(),
                "SOURCE_GONE",
                "replica %d is no member of partition %d any more",
                m.source(),
                p.id());
        Refusal.unless(
                !m.adds() || p.members().size() < p.target(),
                "NOT_NEEDED",
                "partition %d has %d members of %d: there is none to be added",
                p.id(),
                p.members().size(),
                p.target());
    }

    private static void checkFree(Partition p) {
        checkNotInRepair(p);
        Refusal.unless(
                p.mutex() == RestoreMutex.STOP,
                "MOVE_RUNNING",
                "partition %d is being moved by op %d",
                p.id(),
                p.mutexOp());
    }

    /** An op whose attempt hasn't changed anything yet. */
    static Op prepared(Transaction tx, long id, long revision) {
        Op op = Lookup.move(tx, id, revision);
        Refusal.unless(
                op.status() == OpStatus.PREPARE,
                "NOT_PREPARED",
                "move %d is %s: it starts from PREPARE",
                op.id(),
                op.status());
        return op;
    }

    static long start(Transaction tx, StartMove c) {
        Op op = prepared(tx, c.op(), c.revision());
        Partition p = partition(tx, op, c.partition(), c.epoch());
        Refusal.unless(
                p.primary() != 0, "NO_PRIMARY", "partition %d has no primary that could take a learner in", p.id());
        return added(tx, op, p, c.disk(), p.primary());
    }

    /** The attempt begins: a replica joins on that disk, and copies. */
    static long added(Transaction tx, Op op, Partition p, int to, long primary) {
        checkSource(p, op.move());
        Disk disk = Lookup.disk(tx, to);
        Lookup.placeable(tx, disk);
        checkOtherNode(p, op.move().source(), disk.node());
        checkOtherDisk(tx, p, op.move(), disk);
        checkWanted(op, disk);
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
        tx.put(p.configured(p.members(), joining, op.move().source(), p.inSync(), primary));
        tx.put(Lookup.to(op, OpStatus.RUNNING, "", "", tx.now())
                .with(op.tries().begun())
                .with(op.progress().bytes(0, 0))
                .with(op.move().added(joining, p.inSync().size())));
        return joining.replica();
    }

    private static void checkWanted(Op op, Disk disk) {
        Move m = op.move();
        Refusal.unless(
                (m.toDisk() == 0 || m.toDisk() == disk.id()) && (m.toNode() == 0 || m.toNode() == disk.node()),
                "OTHER_DESTINATION",
                "move %d goes to node %d, disk %d (0: any) by its operator's word, not to disk %d",
                op.id(),
                m.toNode(),
                m.toDisk(),
                disk.id());
    }

    static long swap(Transaction tx, SwapMove c) {
        Op op = Lookup.move(tx, c.op(), c.revision());
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
                Redundancy.swapKeeps(p, m),
                "WOULD_LOWER_REDUNDANCY",
                "without the source %d, partition %d would have %d in-sync of at least %d: wait until another is in-sync again",
                m.source(),
                p.id(),
                Redundancy.without(p, m.source()).size(),
                Redundancy.floor(p, m));
        List<Member> members = new ArrayList<>(p.members());
        if (m.adds()) {
            members.add(p.joining());
        } else {
            members.set(members.indexOf(p.member(m.source()).orElseThrow()), p.joining());
        }
        Partition swapped = p.configured(members, null, 0, Redundancy.without(p, m.source()), p.primary());
        tx.put(swapped);
        tx.put(op.to(OpStatus.RUNNING, "", "", tx.now()).with(m.swapped(swapped.epoch())));
        return swapped.epoch();
    }

    static long finish(Transaction tx, FinishMove c) {
        Op op = Lookup.move(tx, c.op(), c.revision());
        checkStep(op, MoveStep.SWAPPED);
        tx.put(Lookup.to(op, OpStatus.SUCCESS, "", "", tx.now()).with(Intent.NONE));
        tx.put(owned(tx, op).ownedBy(RestoreMutex.STOP, 0));
        Closing.after(tx, op);
        return 0;
    }

    static void checkStep(Op op, MoveStep step) {
        Refusal.unless(
                op.status() == OpStatus.RUNNING && op.move().step() == step,
                "WRONG_STEP",
                "move %d is %s at step %s: this takes RUNNING at step %s",
                op.id(),
                op.status(),
                op.move().step(),
                step);
    }

    static Partition partition(Transaction tx, Op op, int named, long epoch) {
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
    static Partition owned(Transaction tx, Op op) {
        Partition p = tx.state().partition(op.move().partition()).orElseThrow();
        if (p.mutexOp() != op.id()) {
            throw new IllegalStateException(
                    "partition " + p.id() + " is owned by op " + p.mutexOp() + ", not by the open move " + op.id());
        }
        return p;
    }
}
