package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.View;
import java.util.Optional;

/**
 * A partition's decommission as the original has it, one at a time on the partition itself: the open move; else that it is marked, being
 * on a disk that is drained; else how the last move ended, if that still is to be seen.
 *
 * @param move null when there is no op of its own
 * @param drain the disk's, by which it is marked without a move of its own; or null
 */
record PartitionJob(Op move, Op drain) {
    /** How long the original's clients can see that a partition was moved: there a success is gone with the next look at the queue. */
    static final long SUCCESS_SHOWN_MILLIS = 5_000;

    private static final PartitionJob NONE = new PartitionJob(null, null);

    static PartitionJob of(View view, Partition p) {
        Optional<Op> open = view.cluster().openMoves(p.id()).stream()
                .filter(op -> !op.isRepair())
                .reduce((a, b) -> !a.holdsToken() && b.holdsToken() ? b : a);
        if (open.isPresent()) {
            return new PartitionJob(open.get(), null);
        }
        Optional<Op> drain =
                p.members().stream().flatMap(m -> marking(view, p, m).stream()).findFirst();
        if (drain.isPresent()) {
            return new PartitionJob(null, drain.get());
        }
        return view.cluster().ops().stream()
                .filter(op ->
                        op.kind() == OpKind.MOVE && op.ended() && op.move().partition() == p.id())
                .reduce((older, newer) -> newer.times().ended() >= older.times().ended() ? newer : older)
                .filter(op -> toBeSeen(view, op))
                .map(op -> new PartitionJob(op, null))
                .orElse(NONE);
    }

    /** The open drain of a member's disk, if it hasn't given the partition up. */
    private static Optional<Op> marking(View view, Partition p, Member m) {
        return view.cluster()
                .disk(m.disk())
                .filter(d -> d.drain() == DrainState.DRAINING)
                .map(Disk::drainOp)
                .flatMap(view.cluster()::op)
                .filter(op -> !op.ended() && !view.cluster().givenUp(op.id()).containsKey(p.id()));
    }

    private static boolean toBeSeen(View view, Op op) {
        return op.status() == OpStatus.FAILED && !op.acknowledged()
                || op.status() == OpStatus.SUCCESS
                        && view.nowMillis() - op.times().ended() < SUCCESS_SHOWN_MILLIS;
    }

    /** Empty: nothing goes on, and nothing is to be seen of what was. */
    Optional<OpStatus> status() {
        if (move != null) {
            return Optional.of(move.status());
        }
        return Optional.ofNullable(drain).map(op -> op.status() == OpStatus.PAUSED ? OpStatus.PAUSED : OpStatus.MARKED);
    }

    /** The op that tells tries, weight and message, if there is one. */
    Optional<Op> op() {
        return Optional.ofNullable(move).or(() -> Optional.ofNullable(drain));
    }

    /** Disk id of what is to go, 0 for none. */
    int sourceDisk() {
        return move != null ? move.move().sourceDisk() : drain != null ? drain.disk() : 0;
    }

    String sourceAddress(View view) {
        return Find.addressOfDisk(view, sourceDisk());
    }

    /** Where it goes, or where its operator wants it to go; 0 before that is chosen. */
    int destinationDisk() {
        if (move == null) {
            return 0;
        }
        return move.move().destinationDisk() != 0
                ? move.move().destinationDisk()
                : move.move().toDisk();
    }

    /** When the op began, or the disk's that it is a part of; seconds since the epoch, 0 for never. */
    long term(View view) {
        return op().map(op -> view.cluster()
                                .op(op.parent())
                                .filter(parent -> op == move)
                                .orElse(op)
                                .times()
                                .created()
                        / 1000)
                .orElse(0L);
    }
}
