package io.kintsugi.datanode.replica;

/** What a primary knows of one other member. Times are the primary's monotonic nanoseconds. */
final class Progress {
    static final long NEVER = Long.MAX_VALUE;

    final Member member;
    /** In the granted in-sync set; in the set that this primary has proposed. */
    boolean granted;

    boolean proposed;

    // ---- of the present epoch
    /** Has answered in this epoch, so it has stored its configuration. */
    boolean answered;
    /** Synced and equal up to here (rule 3). */
    long acked;
    /** Appends go on from {@link #next} without waiting; otherwise one append at a time looks for where the logs part. */
    boolean matched;

    long next;
    /** Commit index in the last append to it. */
    long toldCommit;
    /** Last round of reads that it confirmed. */
    long confirmedRound;

    // ---- of this term of office, epochs of the same primary alike
    long leaseUntil = Long.MIN_VALUE;

    // ---- appends under way
    private long[] stamps;
    private int oldest;
    private int underWay;
    /** The last append under way is taken for lost then. */
    long retryAt = NEVER;

    private int silent;

    // ---- acknowledgement that a commit needs
    private long waitingFor;
    private long waitingSince = NEVER;

    int offers;

    // ---- catching up: what the log held when it began
    long catchUpFrom;
    long catchUpTo;
    long catchUpSince = NEVER;

    Progress(Member member) {
        this.member = member;
    }

    /** What is known of it, at the place where the newest configuration says it is. */
    Progress at(Member now) {
        if (member.equals(now)) {
            return this;
        }
        Progress moved = new Progress(now);
        moved.acked = acked;
        moved.leaseUntil = leaseUntil;
        return moved;
    }

    void newEpoch(long last) {
        answered = false;
        acked = 0;
        matched = false;
        next = last + 1;
        toldCommit = 0;
        confirmedRound = 0;
        underWay = 0;
        silent = 0;
        proposed = false;
        waitingSince = NEVER;
        offers = 0;
        catchUpSince = NEVER;
    }

    /** Voters = granted in-sync and what is proposed (rule 1). */
    boolean voter() {
        return granted || proposed;
    }

    int underWay() {
        return underWay;
    }

    boolean isSilent() {
        return silent > 0;
    }

    int silent() {
        return silent;
    }

    void sent(long stamp, int window) {
        if (stamps == null) {
            stamps = new long[window];
        }
        if (underWay < stamps.length) {
            stamps[(oldest + underWay++) % stamps.length] = stamp;
        } else {
            stamps[(oldest + underWay - 1) % stamps.length] = stamp;
        }
    }

    /** It answered the append of that stamp: neither that one nor an older one is under way any more. */
    void heard(long stamp) {
        silent = 0;
        while (underWay > 0 && stamps[oldest] <= stamp) {
            oldest = (oldest + 1) % stamps.length;
            underWay--;
        }
    }

    void heardAny() {
        silent = 0;
        underWay = 0;
    }

    /** Nothing came back in time. */
    void lost() {
        silent++;
        underWay = 0;
        matched = false;
    }

    /** The end of the log is {@code last}: whoever hasn't acknowledged it yet is waited for. */
    void expect(long last, long now) {
        if (waitingSince == NEVER && acked < last) {
            waitingFor = last;
            waitingSince = now;
        }
    }

    /** After an acknowledgement: what was waited for is here, or waiting goes on for what came meanwhile. */
    void settle(long last, long now) {
        if (waitingSince != NEVER && acked >= waitingFor) {
            waitingSince = NEVER;
            expect(last, now);
        }
    }

    /** When its acknowledgement is overdue; NEVER: none is awaited. */
    long overdueAt(long timeout) {
        return waitingSince == NEVER ? NEVER : waitingSince + timeout;
    }
}
