package io.kintsugi.master.model;

import java.util.function.Consumer;

/**
 * A long-running change that the master drives to its end. {@code move} is set for moves and repairs only, {@code recovery} for
 * recoveries only, {@code rescue} for recoveries of all data only.
 *
 * @param revision raised by every change of this op; commands name the one that they build on
 * @param target for people: {@code d1}, {@code d1:/data/1}, {@code orders.3}
 * @param node the datanode that a node decommission drains, else 0
 * @param disk the disk that a disk decommission drains, else 0
 * @param parent the op that this one is a part of, or 0
 * @param weight the heavier goes first, whatever its age
 * @param intent what an operator asked for that isn't done yet
 * @param reason stable code of what it waits for or why it failed, or ""
 * @param acknowledged an operator has taken note of how it ended
 * @param automatic a disk's decommission that the master began by itself, or a move by which it evens out
 */
public record Op(
        long id,
        OpKind kind,
        long revision,
        String target,
        int node,
        int disk,
        long parent,
        int weight,
        OpStatus status,
        Intent intent,
        Tries tries,
        String reason,
        String message,
        Progress progress,
        String requestedBy,
        Times times,
        boolean acknowledged,
        boolean automatic,
        Move move,
        Recovery recovery,
        Absence absence,
        Rescue rescue) {
    /** Reason of what hasn't been looked at yet. */
    public static final String WAITING_FOR_ADMISSION = "WAITING_FOR_ADMISSION";

    /** What {@code weight} is when nobody says. */
    public static final int DEFAULT_WEIGHT = 2;

    /** Of what only evens out: whatever else waits goes before it. */
    public static final int BALANCE_WEIGHT = 0;

    /** Of what the master decommissions by itself: a broken disk goes before what only moves. */
    public static final int AUTOMATIC_WEIGHT = 4;

    /** As it is made, in {@code status}; the rest is added by the withers. */
    public static Op created(
            long id, OpKind kind, String target, long parent, OpStatus status, String requestedBy, long now) {
        boolean marked = status == OpStatus.MARKED;
        return new Op(
                id,
                kind,
                1,
                target,
                0,
                0,
                parent,
                DEFAULT_WEIGHT,
                status,
                Intent.NONE,
                Tries.NONE,
                marked ? WAITING_FOR_ADMISSION : "",
                marked ? "not looked at yet" : "",
                Progress.NONE,
                requestedBy,
                Times.at(now),
                false,
                false,
                null,
                null,
                null,
                null);
    }

    public boolean ended() {
        return status.ended();
    }

    public boolean isRepair() {
        return kind == OpKind.REPAIR;
    }

    /** A move or repair holds a token of its nodeset from Prepare until it ends or waits. */
    public boolean holdsToken() {
        return move != null && (status == OpStatus.PREPARE || status == OpStatus.RUNNING);
    }

    /** The next revision, in another status. Whether {@link OpStatus#next()} allows it is the caller's to check. */
    public Op to(OpStatus newStatus, String newReason, String newMessage, long now) {
        return edit(op -> {
            op.revision++;
            op.status = newStatus;
            op.reason = newReason;
            op.message = newMessage;
            op.times = new Times(times.created(), now, newStatus.ended() ? now : 0);
        });
    }

    /** Of a node ({@code disk} 0) or of a disk ({@code node} 0) with so many replicas. */
    public Op draining(int ofNode, int ofDisk, int partitions) {
        return edit(op -> {
            op.node = ofNode;
            op.disk = ofDisk;
            op.progress = Progress.of(partitions);
        });
    }

    /** As the master's own. */
    public Op byItself() {
        return edit(op -> op.automatic = true);
    }

    public Op with(int newWeight) {
        return edit(op -> op.weight = newWeight);
    }

    public Op with(Intent newIntent) {
        return edit(op -> op.intent = newIntent);
    }

    public Op with(Tries newTries) {
        return edit(op -> op.tries = newTries);
    }

    public Op with(Progress newProgress) {
        return edit(op -> op.progress = newProgress);
    }

    public Op with(Move newMove) {
        return edit(op -> op.move = newMove);
    }

    public Op with(Recovery newRecovery) {
        return edit(op -> op.recovery = newRecovery);
    }

    public Op with(Absence newAbsence) {
        return edit(op -> op.absence = newAbsence);
    }

    public Op with(Rescue newRescue) {
        return edit(op -> op.rescue = newRescue);
    }

    public Op withAcknowledged() {
        return edit(op -> op.acknowledged = true);
    }

    private Op edit(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.op();
    }

    /** An op while it is changed: what never changes is taken from the one that it was. */
    private static final class Draft {
        private final Op was;
        private long revision;
        private int node;
        private int disk;
        private int weight;
        private OpStatus status;
        private Intent intent;
        private Tries tries;
        private String reason;
        private String message;
        private Progress progress;
        private Times times;
        private boolean acknowledged;
        private boolean automatic;
        private Move move;
        private Recovery recovery;
        private Absence absence;
        private Rescue rescue;

        Draft(Op was) {
            this.was = was;
            revision = was.revision;
            node = was.node;
            disk = was.disk;
            weight = was.weight;
            status = was.status;
            intent = was.intent;
            tries = was.tries;
            reason = was.reason;
            message = was.message;
            progress = was.progress;
            times = was.times;
            acknowledged = was.acknowledged;
            automatic = was.automatic;
            move = was.move;
            recovery = was.recovery;
            absence = was.absence;
            rescue = was.rescue;
        }

        Op op() {
            return new Op(
                    was.id,
                    was.kind,
                    revision,
                    was.target,
                    node,
                    disk,
                    was.parent,
                    weight,
                    status,
                    intent,
                    tries,
                    reason,
                    message,
                    progress,
                    was.requestedBy,
                    times,
                    acknowledged,
                    automatic,
                    move,
                    recovery,
                    absence,
                    rescue);
        }
    }
}
