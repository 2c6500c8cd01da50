package io.kintsugi.master.model;

/**
 * What the master remembers of a disk that its datanode says is broken. Times are milliseconds since the epoch, stamped by the leader.
 *
 * @param since when the disk became unavailable; 0: it isn't
 * @param failures automatic decommissions that have failed since then
 * @param failedAt when the last of them did
 * @param leftAlone an operator cancelled its decommission: none is begun by itself until the disk works again, or an operator says otherwise
 * @param automatic its decommission, under way or done, was begun by the master itself
 * @param recovery number of the recovery that an operator asked for last; 0: none. Rises
 * @param recoveryEnded when that ended; 0: it goes on
 * @param recoveryError why it failed, or ""
 */
public record Trouble(
        long since,
        int failures,
        long failedAt,
        boolean leftAlone,
        boolean automatic,
        long recovery,
        long recoveryEnded,
        String recoveryError) {
    public static final Trouble NONE = new Trouble(0, 0, 0, false, false, 0, 0, "");

    /** Whether an operator's word that the disk is mended still waits to be carried out. */
    public boolean recovering() {
        return recovery != 0 && recoveryEnded == 0;
    }

    public Trouble broke(long now) {
        return since != 0 ? this : new Trouble(now, 0, 0, false, automatic, recovery, recoveryEnded, recoveryError);
    }

    /** The disk works, or another is in its place. A recovery that was asked for has succeeded. */
    public Trouble over(long now) {
        return new Trouble(
                0,
                0,
                0,
                false,
                automatic,
                recovery,
                recovering() ? now : recoveryEnded,
                recovering() ? "" : recoveryError);
    }

    /** Its decommission begins. An operator who asks for one has looked at it. */
    public Trouble draining(boolean byItself) {
        return byItself
                ? new Trouble(since, failures, failedAt, leftAlone, true, recovery, recoveryEnded, recoveryError)
                : new Trouble(since, 0, 0, false, false, recovery, recoveryEnded, recoveryError);
    }

    /** Its automatic decommission has failed. */
    public Trouble failed(long now) {
        return new Trouble(since, failures + 1, now, leftAlone, false, recovery, recoveryEnded, recoveryError);
    }

    /** An operator has cancelled its decommission. */
    public Trouble left() {
        return new Trouble(since, failures, failedAt, since != 0, false, recovery, recoveryEnded, recoveryError);
    }

    /** It isn't decommissioned any more. */
    public Trouble undrained() {
        return new Trouble(since, failures, failedAt, leftAlone, false, recovery, recoveryEnded, recoveryError);
    }

    /** An operator wants it decommissioned by itself again, now. */
    public Trouble resumed() {
        return new Trouble(since, 0, 0, false, automatic, recovery, recoveryEnded, recoveryError);
    }

    /** An operator says that the disk is mended. */
    public Trouble recoveryAsked(long now) {
        return new Trouble(since, failures, failedAt, leftAlone, automatic, Math.max(now, recovery + 1), 0, "");
    }

    public Trouble recoveryFailed(String error, long now) {
        return new Trouble(since, failures, failedAt, leftAlone, automatic, recovery, now, error);
    }
}
