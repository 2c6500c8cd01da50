package io.kintsugi.datanode.replica;

import java.util.ArrayList;
import java.util.List;

/**
 * Brings the primary's log to the other members: finds where the logs part, then sends ahead within a window, sends again what got
 * lost, and offers a checkpoint to who needs what is freed.
 */
final class Shipper {
    private static final long SEED_BYTES = 1 << 20;

    private final PrimaryRole primary;
    private final Core core;
    private long lastStamp = Long.MIN_VALUE;

    Shipper(PrimaryRole primary) {
        this.primary = primary;
        this.core = primary.core;
    }

    /** One bare append that asks: is this where our logs are equal? */
    void probe(Progress to) {
        to.next = Math.max(to.next, core.log.base().index() + 1);
        append(to, List.of());
    }

    /** Sends all that the window allows to a member whose log is known to be equal up to {@code next}. */
    void pump(Progress to) {
        while (to.matched && to.next <= core.log.last() && to.underWay() < core.options.windowMessages()) {
            if (to.next <= core.log.base().index()) {
                to.matched = false;
                probe(to);
                return;
            }
            List<Entry> entries = core.log.read(to.next, core.log.last(), core.options.maxMessageBytes());
            append(to, entries);
            to.next += entries.size();
        }
    }

    /** Tells the commit index, and asks for a new grant. */
    void notice(Progress to) {
        if (to.matched && to.next > core.log.base().index()) {
            append(to, List.of());
        }
    }

    void retry(Progress to) {
        boolean proved = to.matched || to.acked > 0;
        to.lost();
        to.next = proved ? to.acked + 1 : Math.min(to.next, core.log.last() + 1);
        probe(to);
    }

    void onAck(Progress from) {
        if (from.matched) {
            from.next = Math.max(from.next, from.acked + 1);
        } else if (copyIsCheaper(from, from.acked + 1)) {
            offer(from, core.commit);
            return;
        } else {
            from.matched = true;
            from.next = from.acked + 1;
            from.offers = 0;
        }
        pump(from);
        if (from.underWay() == 0) {
            from.retryAt = Progress.NEVER;
        } else {
            armRetry(from);
        }
    }

    void onReject(Progress from, Message.Reject reject) {
        long last = core.log.last();
        long hint = Math.max(from.acked + 1, Math.min(reject.nextIndex(), last + 1));
        boolean late = reject.prevIndex() <= from.acked;
        boolean unasked =
                reject.prevIndex() == reject.nextIndex(); // a hint: it answers no append, so none has to fit it
        boolean another = !unasked && !from.matched && reject.prevIndex() != from.next - 1 && hint <= from.next;
        if (late || another) {
            return;
        }
        from.matched = false;
        from.heardAny();
        long base = core.log.base().index();
        if (reject.prevIndex() <= base && reject.nextIndex() <= base) {
            offer(from, base);
            return;
        }
        from.next = Math.max(hint, base + 1);
        if (copyIsCheaper(from, hint)) {
            offer(from, core.commit);
        } else if (from.next <= last && from.next == hint) {
            // most likely right: the entries go along, and are refused with a better hint if not
            append(from, core.log.read(from.next, last, core.options.maxMessageBytes()));
        } else {
            probe(from);
        }
    }

    /** For who lacks many entries, and for who has nothing yet and would get much: what is copied keeps to the limits of copying. */
    private boolean copyIsCheaper(Progress to, long next) {
        boolean many = core.log.last() - next >= core.options.seedThreshold();
        boolean allOfMuch = next <= 1 && core.log.bytes() >= SEED_BYTES;
        return !to.granted && (many || allOfMuch) && core.commit >= next;
    }

    /**
     * Section 7: the receiver downloads a checkpoint from an in-sync member; another one with each offer, preferably neither this
     * primary nor one that is about to leave.
     */
    private void offer(Progress to, long neededIndex) {
        armRetry(to);
        List<Member> sources = new ArrayList<>();
        for (Progress progress : primary.others()) {
            boolean willing = progress.granted && progress != to && progress.answered && !progress.isSilent();
            if (willing && progress.member.replica() != core.config.leaving()) {
                sources.add(progress.member);
            }
        }
        Member self = core.config.member(core.id);
        if (self != null) {
            sources.add(self);
        }
        if (!sources.isEmpty()) {
            Member source = sources.get(to.offers++ % sources.size());
            core.effects.send(to.member, new Message.SeedOffer(core.epoch, source, neededIndex));
        }
    }

    private void append(Progress to, List<Entry> entries) {
        // every append has a stamp of its own, so that its answer tells which it is; what that adds to a lease, a
        // nanosecond for
        // each append sent within the same one, is far inside the drift that granters allow for
        long stamp = Math.max(core.now, lastStamp + 1);
        lastStamp = stamp;
        long prev = to.next - 1;
        core.effects.send(
                to.member,
                new Message.Append(
                        core.epoch,
                        to.answered ? null : core.config,
                        core.log.epochAt(prev),
                        prev,
                        entries,
                        core.commit,
                        stamp,
                        freeBound()));
        to.toldCommit = core.commit;
        to.sent(stamp, core.options.windowMessages());
        armRetry(to);
    }

    private void armRetry(Progress to) {
        long interval = core.options.retryInterval() << Math.min(to.silent(), 10);
        to.retryAt = core.now + Math.min(interval, core.options.retryMax());
    }

    /** Rule 16: what members that are behind still need, bounded by bytes. In-sync members never need what is committed. */
    long freeBound() {
        long bound = core.commit;
        if (core.log.bytes() <= core.options.retainBytes()) {
            for (Progress progress : primary.others()) {
                if (!progress.granted) {
                    bound = Math.min(
                            bound, Math.max(progress.acked, core.log.base().index()));
                }
            }
        }
        return bound;
    }
}
