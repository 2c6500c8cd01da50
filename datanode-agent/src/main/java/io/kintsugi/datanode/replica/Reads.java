package io.kintsugi.datanode.replica;

import java.util.ArrayList;
import java.util.List;

/** Reads at a primary: by lease (rule 14), else confirmed by every voter after they came in (rule 15), many in one round. */
final class Reads {
    private final PrimaryRole primary;
    private final Core core;
    /** Came in before the round under way was asked for: it answers them. */
    private List<Long> asked = new ArrayList<>(2);
    /** Came in later: for the next round. */
    private List<Long> waiting = new ArrayList<>(2);

    private long round;
    private long askedAt = Progress.NEVER;
    private long retryAt = Progress.NEVER;

    Reads(PrimaryRole primary) {
        this.primary = primary;
        this.core = primary.core;
    }

    void read(long token) {
        waiting.add(token);
        if (primary.inOffice()) {
            check();
            renewLeases();
        }
    }

    /** Reads go on over epochs of the same primary, asked anew. */
    void newEpoch() {
        asked.addAll(waiting);
        List<Long> all = asked;
        asked = waiting;
        asked.clear();
        waiting = all;
        askedAt = Progress.NEVER;
        retryAt = Progress.NEVER;
    }

    void refuse() {
        asked.forEach(token -> core.effects.replyRead(token, ReadOutcome.NOT_PRIMARY));
        waiting.forEach(token -> core.effects.replyRead(token, ReadOutcome.NOT_PRIMARY));
        asked.clear();
        waiting.clear();
    }

    /** Answers what can be answered now, and asks the voters for the rest. */
    void check() {
        if (asked.isEmpty() && waiting.isEmpty()) {
            return;
        }
        boolean ready = primary.inheritedCommitted();
        if (ready && leased()) {
            grant(asked);
            grant(waiting);
            askedAt = retryAt = Progress.NEVER;
            return;
        }
        if (ready && !asked.isEmpty() && confirmed()) {
            grant(asked);
            askedAt = retryAt = Progress.NEVER;
        }
        if (asked.isEmpty() && !waiting.isEmpty()) {
            List<Long> next = waiting;
            waiting = asked;
            asked = next;
            round++;
            askedAt = core.now;
            ask();
        }
    }

    /** There are more voters now: they must confirm the round under way too. */
    void onVoters() {
        if (!asked.isEmpty()) {
            ask();
        }
    }

    void onTimer() {
        if (retryAt <= core.now) {
            ask();
        }
    }

    long deadline() {
        return retryAt;
    }

    /** When a voter's missing confirmation counts as silence (rule 11). */
    long overdueAt(Progress voter) {
        boolean awaited = askedAt != Progress.NEVER && voter.voter() && voter.confirmedRound < round;
        return awaited ? askedAt + core.options.ackTimeout() : Progress.NEVER;
    }

    private void ask() {
        for (Progress progress : primary.others()) {
            if (progress.voter() && progress.confirmedRound < round) {
                core.effects.send(progress.member, new Message.ConfirmRead(core.epoch, round));
            }
        }
        retryAt = core.now + core.options.retryInterval();
    }

    private void grant(List<Long> tokens) {
        tokens.forEach(token -> core.effects.replyRead(token, ReadOutcome.GRANTED));
        tokens.clear();
    }

    private boolean leased() {
        int voters = 0;
        int valid = 0;
        for (Progress progress : primary.others()) {
            if (progress.voter()) {
                voters++;
                valid += progress.leaseUntil > core.now ? 1 : 0;
            }
        }
        return valid == voters;
    }

    private boolean confirmed() {
        int voters = 0;
        int confirmed = 0;
        for (Progress progress : primary.others()) {
            if (progress.voter()) {
                voters++;
                confirmed += progress.confirmedRound >= round ? 1 : 0;
            }
        }
        return confirmed == voters;
    }

    /** While reads keep coming their grants are renewed before they end, so that no read waits. Idle partitions send nothing. */
    private void renewLeases() {
        for (Progress progress : primary.others()) {
            boolean ending =
                    progress.leaseUntil == Long.MIN_VALUE || progress.leaseUntil - core.now < core.options.lease() / 2;
            if (core.options.lease() > 0 && progress.voter() && progress.underWay() == 0 && ending) {
                primary.shipper().notice(progress);
            }
        }
    }
}
