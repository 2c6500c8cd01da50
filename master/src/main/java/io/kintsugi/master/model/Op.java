package io.kintsugi.master.model;

/**
 * A long-running change that the master drives to its end. {@code move} is set for moves only.
 *
 * @param revision raised by every change of this op; commands name the one that they build on
 * @param target for people: {@code d1:/data/1}, {@code orders.3}
 * @param disk the disk that a disk decommission drains, else 0
 * @param parent the op that this one is a part of, or 0
 * @param attempts how often it began to change something
 * @param rollbacks how often what it had begun was undone to choose another destination
 * @param reason stable code of what it waits for or why it failed, or ""
 * @param endedAt milliseconds since the epoch, 0 while it runs
 */
public record Op(
        long id,
        OpKind kind,
        long revision,
        String target,
        int disk,
        long parent,
        OpStatus status,
        int attempts,
        int rollbacks,
        String reason,
        String message,
        long bytesDone,
        long bytesTotal,
        String requestedBy,
        long createdAt,
        long updatedAt,
        long endedAt,
        Move move) {
    public boolean ended() {
        return status.ended();
    }

    /** A move holds a token of its nodeset from Prepare until it ends or waits. */
    public boolean holdsToken() {
        return move != null && (status == OpStatus.PREPARE || status == OpStatus.RUNNING);
    }

    /** The next revision, in another status. Whether {@link OpStatus#next()} allows it is the caller's to check. */
    public Op to(OpStatus newStatus, String newReason, String newMessage, long now) {
        return new Op(
                id,
                kind,
                revision + 1,
                target,
                disk,
                parent,
                newStatus,
                attempts,
                rollbacks,
                newReason,
                newMessage,
                bytesDone,
                bytesTotal,
                requestedBy,
                createdAt,
                now,
                newStatus.ended() ? now : 0,
                move);
    }

    public Op withCounts(int newAttempts, int newRollbacks) {
        return new Op(
                id,
                kind,
                revision,
                target,
                disk,
                parent,
                status,
                newAttempts,
                newRollbacks,
                reason,
                message,
                bytesDone,
                bytesTotal,
                requestedBy,
                createdAt,
                updatedAt,
                endedAt,
                move);
    }

    public Op withBytes(long done, long total) {
        return new Op(
                id,
                kind,
                revision,
                target,
                disk,
                parent,
                status,
                attempts,
                rollbacks,
                reason,
                message,
                done,
                total,
                requestedBy,
                createdAt,
                updatedAt,
                endedAt,
                move);
    }

    public Op withMove(Move newMove) {
        return new Op(
                id,
                kind,
                revision,
                target,
                disk,
                parent,
                status,
                attempts,
                rollbacks,
                reason,
                message,
                bytesDone,
                bytesTotal,
                requestedBy,
                createdAt,
                updatedAt,
                endedAt,
                newMove);
    }
}
