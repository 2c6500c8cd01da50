package io.kintsugi.datanode.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Changes of the in-sync set that a primary proposes (rules 10 to 12). One is open at a time, and only a higher epoch closes it;
 * until then its set votes beside the granted one.
 */
final class Proposer {
    private final PrimaryRole primary;
    private final Core core;
    /** What was proposed last; null: nothing in this epoch. */
    private Proposal open;

    private boolean grows;
    private int made;
    private int retries;
    private long retryAt = Progress.NEVER;

    Proposer(PrimaryRole primary) {
        this.primary = primary;
        this.core = primary.core;
    }

    void newEpoch() {
        open = null;
        made = 0;
        retryAt = Progress.NEVER;
    }

    void consider() {
        if (open == null) {
            if (!propose(overdue(), false)) {
                propose(caughtUp(), true);
            }
            return;
        }
        if (grows && primary.others().stream().anyMatch(p -> p.voter() && isOverdue(p))) {
            // rule 10: to withdraw, propose the present set, by rule 11 without whom it lost meanwhile: the masters may
            // leave a
            // grow open for long. Whom it was for still votes until a higher epoch
            grows = false;
            submit(without(overdue()));
        } else if (retryAt <= core.now) {
            send();
        }
    }

    /**
     * Rule 11. With whom is overdue goes who has owed an answer for half that time. A primary that is cut off from all loses them a moment apart, by
     * what each happened to owe; were they taken out one by one, it would go on alone, and the masters never see that all the others live.
     */
    private List<Long> overdue() {
        long soon = core.now + core.options.ackTimeout() / 2;
        List<Long> owing = select(p -> p.granted && overdueAt(p) <= soon);
        boolean any = primary.others().stream().anyMatch(p -> p.granted && isOverdue(p));
        return any ? owing : List.of();
    }

    private boolean isOverdue(Progress progress) {
        return overdueAt(progress) <= core.now;
    }

    private long overdueAt(Progress progress) {
        return Math.min(progress.overdueAt(core.options.ackTimeout()), primary.reads.overdueAt(progress));
    }

    /**
     * Rule 12. Not while own grants still run: whom it grows in could be elected at once, and would commit without having to wait,
     * since it never granted anything.
     */
    private List<Long> caughtUp() {
        if (!primary.waitedOut()) {
            return List.of();
        }
        long must = Math.max(core.commit, primary.floor());
        return select(p -> !p.granted && p.answered && p.matched && !p.isSilent() && p.acked >= must);
    }

    private List<Long> select(Predicate<Progress> which) {
        List<Long> chosen = List.of();
        for (Progress progress : primary.others()) {
            if (which.test(progress)) {
                chosen = chosen.isEmpty() ? new ArrayList<>() : chosen;
                chosen.add(progress.member.replica());
            }
        }
        return chosen;
    }

    private boolean propose(List<Long> whom, boolean add) {
        if (whom.isEmpty()) {
            return false;
        }
        grows = add;
        submit(
                add
                        ? Stream.concat(core.config.inSync().stream(), whom.stream())
                                .sorted()
                                .toList()
                        : without(whom));
        return true;
    }

    private List<Long> without(List<Long> whom) {
        return core.config.inSync().stream().filter(r -> !whom.contains(r)).toList();
    }

    private void submit(List<Long> set) {
        // a primary has one life in an epoch, so this id is never used twice
        open = new Proposal(
                core.config.partition(), core.id, core.epoch, set, core.id + "-" + core.epoch + "-" + made++);
        retries = 0;
        for (Progress progress : primary.others()) {
            if (set.contains(progress.member.replica())) {
                progress.proposed = true;
                progress.expect(core.log.last(), core.now);
            }
        }
        primary.reads.onVoters();
        send();
    }

    private void send() {
        core.effects.propose(open);
        long interval = core.options.retryInterval() << Math.min(retries++, 10);
        retryAt = core.now + Math.min(interval, core.options.retryMax());
    }

    long deadline() {
        long at = retryAt;
        for (Progress progress : primary.others()) {
            boolean matters = open == null ? progress.granted : grows && progress.voter();
            if (matters) {
                at = Math.min(at, overdueAt(progress));
            }
        }
        boolean waits = open == null
                && !primary.waitedOut()
                && primary.others().stream().anyMatch(p -> !p.granted && p.matched);
        return waits ? Math.min(at, core.grantUntil) : at;
    }
}
