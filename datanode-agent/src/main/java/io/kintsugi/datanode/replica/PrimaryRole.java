package io.kintsugi.datanode.replica;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A primary: appends, counts acknowledgements, commits, answers writers. Begins when a configuration that names this replica is
 * heard of, {@linkplain #takeOffice takes office} once that is stored, and goes on over later epochs of the same primary.
 */
final class PrimaryRole implements Core.AppliedListener {
    private record OpenWrite(long index, long token, Verdict verdict) {}

    /** Of entries in memory, most of them open writes. */
    private static final long MAX_OPEN_BYTES = 64L << 20;

    private record HeldWrite(WriteRequest request, long token) {}

    final Core core;
    final Reads reads;
    private final Proposer proposer;
    private final Shipper shipper;
    private List<Progress> others = List.of();
    private boolean inOffice;
    /** The last request for a mark that was heeded. */
    private long marked;

    private long floor;

    private final ArrayDeque<OpenWrite> open = new ArrayDeque<>(4);
    /** Came between hearing of an epoch and having it stored. */
    private final ArrayDeque<HeldWrite> held = new ArrayDeque<>(2);

    /** Since when members have not been told the commit index. */
    private long noticeAt = Progress.NEVER;

    PrimaryRole(Core core) {
        this.core = core;
        this.reads = new Reads(this);
        this.proposer = new Proposer(this);
        this.shipper = new Shipper(this);
    }

    // ------------------------------------------------------------------ office
    boolean inOffice() {
        return inOffice;
    }

    List<Progress> others() {
        return others;
    }

    Progress progress(long replica) {
        for (Progress progress : others) {
            if (progress.member.replica() == replica) {
                return progress;
            }
        }
        return null;
    }

    /** An epoch above is heard of that names this replica too: nothing is done until it is stored. */
    void suspend() {
        inOffice = false;
    }

    /** Rule 9: every epoch of a primary begins alike. */
    void takeOffice() {
        inOffice = true;
        floor = core.log.last();
        List<Progress> now = new ArrayList<>();
        for (Member member : core.config.everyone()) {
            if (member.replica() == core.id) {
                continue;
            }
            Progress known = progress(member.replica());
            // grants outlive the epoch: the granter keeps them whatever it hears meanwhile
            Progress progress = known == null ? new Progress(member) : known.at(member);
            progress.newEpoch(floor);
            progress.granted = core.config.isInSync(member.replica());
            progress.expect(floor, core.now);
            now.add(progress);
        }
        others = now;
        proposer.newEpoch();
        others.forEach(shipper::probe);
        reads.newEpoch();
        while (!held.isEmpty()) {
            HeldWrite write = held.poll();
            write(write.request, write.token);
        }
    }

    /** Another is primary, or nobody: what was written may yet commit (rule 7). */
    void depose() {
        inOffice = false;
        open.forEach(write -> core.effects.replyWrite(write.token, WriteOutcome.UNKNOWN));
        open.clear();
        held.forEach(write -> core.effects.replyWrite(write.token, WriteOutcome.NOT_PRIMARY));
        held.clear();
        reads.refuse();
    }

    /** Its log held everything that was committed when it took office, and it knows by now that this is so. */
    boolean inheritedCommitted() {
        return core.commit >= floor;
    }

    /** Rule 14: what this replica granted as a member is over. */
    boolean waitedOut() {
        return core.now >= core.grantUntil;
    }

    long floor() {
        return floor;
    }

    // ------------------------------------------------------------------ writing
    void write(WriteRequest request, long token) {
        if (!inOffice) {
            if (held.size() >= core.options.maxOpenWrites()) {
                core.effects.replyWrite(token, WriteOutcome.NOT_READY);
            } else {
                held.add(new HeldWrite(request, token));
            }
            return;
        }
        if (core.config.inSync().size() < core.config.minInSync()) {
            core.effects.replyWrite(token, WriteOutcome.BELOW_MIN_IN_SYNC);
            return;
        }
        if (open.size() >= core.options.maxOpenWrites() || core.log.tailBytes() > MAX_OPEN_BYTES) {
            core.effects.replyWrite(token, WriteOutcome.NOT_READY);
            return;
        }
        long index = core.log.last() + 1;
        Verdict verdict =
                request.condition() == null ? Verdict.UNCONDITIONAL : core.effects.judge(core.unapplied(), request);
        open.add(new OpenWrite(index, token, verdict));
        append(entry(index, request, verdict));
    }

    /** What goes into the log is what is done: no condition, and no time to live that each replica would count for itself. */
    private Entry entry(long index, WriteRequest request, Verdict verdict) {
        return new Entry(
                core.epoch,
                index,
                verdict.holds() ? request.op() : Entry.Op.REFUSED,
                request.key(),
                verdict.holds() ? request.value() : new byte[0],
                request.client(),
                request.sequence(),
                request.timeMs(),
                verdict.holds() ? request.expiresMs(core.config.table(), core.effects.appliedTimeMs()) : 0);
    }

    /** Puts a mark into the log, once a request, however often it is asked for. It changes no data, so {@code min_in_sync} has no say. */
    void mark(long request, long timeMs) {
        if (inOffice && request != marked && core.log.tailBytes() <= MAX_OPEN_BYTES) {
            marked = request;
            append(Entry.mark(core.epoch, core.log.last() + 1, request, timeMs));
        }
    }

    private void append(Entry entry) {
        core.log.append(List.of(entry));
        for (Progress progress : others) {
            progress.expect(entry.index(), core.now);
            shipper.pump(progress);
        }
        core.persist(0, List.of(entry));
    }

    /** Rules 1 and 14: every voter, this one included, has it synced, and nobody reads by a grant of this replica any more. */
    private void advanceCommit() {
        if (!waitedOut()) {
            return;
        }
        long upTo = core.log.durable();
        for (Progress progress : others) {
            if (progress.voter()) {
                upTo = Math.min(upTo, progress.acked);
            }
        }
        if (upTo > core.commit) {
            core.commit = upTo;
            if (noticeAt == Progress.NEVER) {
                noticeAt = core.now + core.options.noticeDelay();
            }
        }
    }

    @Override
    public void applied(List<Entry> entries, List<ApplyResult> results) {
        boolean enough = core.config.inSync().size() >= core.config.minInSync();
        for (int i = 0; i < entries.size() && !open.isEmpty(); i++) {
            if (open.peek().index != entries.get(i).index()) {
                continue;
            }
            answer(open.poll(), results.get(i), enough);
        }
    }

    private void answer(OpenWrite write, ApplyResult result, boolean enough) {
        if (!enough) {
            core.effects.replyWrite(write.token, WriteOutcome.UNKNOWN);
            return;
        }
        switch (result) {
            case APPLIED, DUPLICATE -> core.effects.replyWrite(write.token, WriteOutcome.OK);
            case SESSION_EXPIRED -> core.effects.replyWrite(write.token, WriteOutcome.SESSION_EXPIRED);
            case REFUSED -> core.effects.replyRefused(write.token, write.verdict);
            // what it found when it was refused isn't kept; what is there now may well fulfil the condition
            case REFUSED_BEFORE -> core.effects.replyRefused(write.token, new Verdict(false, false, null));
        }
    }

    // ------------------------------------------------------------------ answers of members
    void onAck(long from, Message.Ack ack) {
        Progress progress = progress(from);
        if (progress == null || ack.index() > core.log.last()) {
            return;
        }
        progress.answered = true;
        progress.heard(ack.sentAtNanos());
        progress.acked = Math.max(progress.acked, ack.index());
        progress.settle(core.log.last(), core.now);
        if (ack.leaseNanos() > 0) {
            progress.leaseUntil = Math.max(progress.leaseUntil, ack.sentAtNanos() + ack.leaseNanos());
        }
        boolean matched = progress.matched;
        shipper.onAck(progress);
        if (!progress.granted) {
            tellCatchUp(progress, matched);
        }
    }

    /** Changes nothing: a round of catching up begins where the logs are found to part, and ends at what was the log's end then. */
    private void tellCatchUp(Progress progress, boolean matched) {
        if (progress.matched && !matched) {
            progress.catchUpFrom = progress.acked;
            progress.catchUpTo = core.log.last();
            progress.catchUpSince = core.now;
        }
        if (progress.matched && progress.catchUpSince != Progress.NEVER && progress.acked >= progress.catchUpTo) {
            long took = core.now - progress.catchUpSince;
            core.effects.caughtUp(progress.member, progress.catchUpFrom, progress.catchUpTo, took);
            progress.catchUpSince = Progress.NEVER;
        }
    }

    void onReject(long from, Message.Reject reject) {
        Progress progress = progress(from);
        if (progress != null) {
            progress.answered = true;
            shipper.onReject(progress, reject);
        }
    }

    void onReadConfirmed(long from, Message.ReadConfirmed confirmed) {
        Progress progress = progress(from);
        if (progress != null) {
            progress.confirmedRound = Math.max(progress.confirmedRound, confirmed.round());
        }
    }

    void onPeerUp(long replica) {
        Progress progress = progress(replica);
        if (inOffice && progress != null) {
            progress.heardAny();
            progress.matched = false;
            shipper.probe(progress);
        }
    }

    // ------------------------------------------------------------------ what follows from any event
    void step() {
        if (!inOffice) {
            return;
        }
        advanceCommit();
        core.apply(this);
        notifyCommit();
        proposer.consider();
        reads.check();
        core.freeBound = shipper.freeBound();
        core.free();
    }

    void onTimer() {
        if (!inOffice) {
            return;
        }
        for (Progress progress : others) {
            if (progress.retryAt <= core.now) {
                shipper.retry(progress);
            }
        }
        reads.onTimer();
    }

    /** Rule 4: when no write has carried the commit index to everybody for a while, a bare append does. */
    private void notifyCommit() {
        if (noticeAt == Progress.NEVER) {
            return;
        }
        boolean due = noticeAt <= core.now;
        boolean all = true;
        for (Progress progress : others) {
            if (progress.matched && progress.toldCommit < core.commit) {
                if (due && progress.underWay() == 0) {
                    shipper.notice(progress);
                } else {
                    all = false;
                }
            }
        }
        if (all) {
            noticeAt = Progress.NEVER;
        } else if (due) {
            noticeAt = core.now + core.options.noticeDelay();
        }
    }

    long deadline() {
        if (!inOffice) {
            return Progress.NEVER;
        }
        long at = Math.min(Math.min(noticeAt, reads.deadline()), proposer.deadline());
        for (Progress progress : others) {
            at = Math.min(at, progress.retryAt);
        }
        if (!waitedOut() && core.commit < core.log.last()) {
            at = Math.min(at, core.grantUntil);
        }
        return at;
    }

    Shipper shipper() {
        return shipper;
    }

    Proposer proposer() {
        return proposer;
    }
}
