package io.kintsugi.master.state;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import java.util.regex.Pattern;

/** Finds what a command names, or refuses it; and the checks that several appliers share. */
final class Lookup {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,63}");

    private Lookup() {}

    static Node node(Transaction tx, int id) {
        return tx.state().node(id).orElseThrow(() -> Refusal.of("NO_SUCH_NODE", "there is no datanode %d", id));
    }

    static Disk disk(Transaction tx, int id) {
        return tx.state().disk(id).orElseThrow(() -> Refusal.of("NO_SUCH_DISK", "there is no disk %d", id));
    }

    static Table table(Transaction tx, int id) {
        return tx.state().table(id).orElseThrow(() -> Refusal.of("NO_SUCH_TABLE", "there is no table %d", id));
    }

    /** The partition, if its epoch is still the one that the proposer built on. */
    static Partition partition(Transaction tx, int id, long epoch) {
        Partition p = tx.state()
                .partition(id)
                .orElseThrow(() -> Refusal.of("NO_SUCH_PARTITION", "there is no partition %d", id));
        Refusal.unless(
                p.epoch() == epoch,
                "EPOCH_MISMATCH",
                "partition %d has epoch %d, the proposal builds on %d: look at the present configuration and propose again",
                id,
                p.epoch(),
                epoch);
        return p;
    }

    /** The op, if it is of the kind, hasn't ended, and is still at the revision that the proposer built on. */
    static Op op(Transaction tx, long id, OpKind kind, long revision) {
        Op op = openOp(tx, id, revision);
        Refusal.unless(op.kind() == kind, "WRONG_OP_KIND", "op %d is a %s; this is for a %s", id, op.kind(), kind);
        return op;
    }

    /** The same of a move or a repair. */
    static Op move(Transaction tx, long id, long revision) {
        Op op = openOp(tx, id, revision);
        Refusal.unless(
                op.move() != null, "WRONG_OP_KIND", "op %d is a %s; this is for a move or a repair", id, op.kind());
        return op;
    }

    static Op openOp(Transaction tx, long id, long revision) {
        Op op = tx.state().op(id).orElseThrow(() -> Refusal.of("NO_SUCH_OP", "there is no op %d", id));
        Refusal.unless(!op.ended(), "OP_ENDED", "op %d has ended as %s, and that is final", id, op.status());
        Refusal.unless(
                op.revision() == revision,
                "REVISION_MISMATCH",
                "op %d is at revision %d, the proposal builds on %d: look at it again",
                id,
                op.revision(),
                revision);
        return op;
    }

    /** The op in its next status, if the transition table allows it. */
    static Op to(Op op, OpStatus status, String reason, String message, long now) {
        Refusal.unless(
                op.status().next().contains(status),
                "ILLEGAL_TRANSITION",
                "op %d is %s, from where it can't become %s, only one of %s",
                op.id(),
                op.status(),
                status,
                op.status().next());
        return op.to(status, reason, message, now);
    }

    static void placeable(Transaction tx, Disk d) {
        notDrained(tx, node(tx, d.node()));
        Refusal.unless(
                d.placeable(),
                "DISK_NOT_PLACEABLE",
                "disk %d (%s) takes no new replica: it is %s, drain %s; choose another",
                d.id(),
                nameOf(tx, d),
                d.status(),
                d.drain());
    }

    /** A datanode that is drained, or is being, takes nothing new on any disk: one that failed to be drained included. */
    static void notDrained(Transaction tx, Node node) {
        Refusal.unless(
                node.drain() == DrainState.NONE,
                "DISK_NOT_PLACEABLE",
                "datanode %s takes no new replica: it is %s by op %d; choose another",
                node.name(),
                node.drain(),
                node.drainOp());
    }

    static void weight(int weight) {
        Refusal.unless(weight >= 0 && weight <= 100, "BAD_WEIGHT", "weight %d: it must be from 0 to 100", weight);
    }

    static String nameOf(Transaction tx, Disk d) {
        return tx.state().node(d.node()).map(n -> n.name() + ":" + d.path()).orElse(d.path());
    }

    static void name(String what, String name) {
        Refusal.unless(
                NAME.matcher(name).matches(),
                "BAD_NAME",
                "%s '%s': a name is 1 to 63 of letters, digits, '_', '.' and '-'",
                what,
                name);
    }

    static void notEmpty(String what, String value) {
        Refusal.unless(!value.isBlank(), "MISSING_VALUE", "%s is empty: give one", what);
    }
}
