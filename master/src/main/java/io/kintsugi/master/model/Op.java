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
}
