package io.kintsugi.master.plan;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Whether an op goes as well as it can, and if not, what holds it up and what to turn. */
record Verdict(String verdict, String bottleneck, String knob) {
    /** A move that has come no further for so long is worth a word; after {@code DpRepairTimeoutMs} its copy goes elsewhere. */
    static final Duration STALLED = Duration.ofSeconds(4);
    /** Who has that long to go is told of limits that could be raised. */
    static final Duration LONG = Duration.ofMinutes(1);
    /** So much of the median is slow. */
    private static final double SLOW = 0.25;

    private static final double AT_LIMIT = 0.8;
    private static final Verdict OK = new Verdict("ok", null, null);

    static Verdict of(View view, Op op, Tally t, Long eta) {
        if (op.ended()) {
            return new Verdict("ended", null, null);
        }
        if (t.running().isEmpty()) {
            return waiting(op, t);
        }
        return running(view, op, t)
                .or(() -> first(t.waits(), r -> !r.passing()).map(r -> named("slow", r, op)))
                .or(() -> copyLimit(view, t))
                .or(() -> slowDestination(view, t))
                .or(() -> limits(view, op, t, eta))
                .orElse(OK);
    }

    /** Stuck is only who can't move a single partition without somebody's doing something. */
    private static Verdict waiting(Op op, Tally t) {
        if (t.waits().stream().anyMatch(w -> w.reason().code().equals("WAITING_FOR_ADMISSION"))) {
            return OK;
        }
        return first(t.waits(), Reason::passing)
                .or(() -> first(t.waits(), r -> r.code().equals("PAUSED")))
                .map(r -> named("waiting", r, op))
                .or(() -> first(t.waits(), r -> true).map(r -> named("stuck", r, op)))
                .orElse(OK);
    }

    private static Optional<Reason> first(List<Waiting> waits, Predicate<Reason> which) {
        return waits.stream()
                .sorted(Comparator.comparingInt(w -> -w.count()))
                .map(Waiting::reason)
                .filter(which)
                .findFirst();
    }

    private static Verdict named(String verdict, Reason reason, Op op) {
        return new Verdict(verdict, reason.message(), Remedies.knob(reason.code(), op.id()));
    }

    /** Moves that hold a token and don't go on. */
    private static Optional<Verdict> running(View view, Op op, Tally t) {
        List<Reason> held = new ArrayList<>();
        for (Op move : t.running()) {
            held(view, move).ifPresent(held::add);
        }
        return held.isEmpty()
                ? Optional.empty()
                : Optional.of(named(held.size() == t.running().size() ? "stuck" : "slow", held.getFirst(), op));
    }

    /** What a move needs is away for moments all the time, as whenever a primary takes up a new epoch: that isn't worth a word. */
    private static Optional<Reason> held(View view, Op move) {
        Member joining = Tally.joining(view, move);
        long still = view.nowMillis() - move.times().updated();
        if (joining != null) {
            still = Math.min(still, Destination.stalledMillis(view, move, joining));
        }
        if (still < STALLED.toMillis()) {
            return Optional.empty();
        }
        boolean copying = joining != null
                && move.move().step() == MoveStep.ADDED
                && view.cluster()
                        .partition(move.move().partition())
                        .filter(p -> !p.isInSync(joining.replica()))
                        .isPresent();
        Reason stands = copying ? Destination.tooSlow(view, joining, still) : null;
        return Survey.ofMove(view, move).filter(r -> !r.passing()).or(() -> Optional.ofNullable(stands));
    }

    private static Optional<Verdict> copyLimit(View view, Tally t) {
        long limit = view.setting(Setting.COPY_BYTES_PER_SECOND);
        if (limit == 0) {
            return Optional.empty();
        }
        Map<Integer, Long> intoDisk = new TreeMap<>();
        rates(view, t).forEach((m, rate) -> intoDisk.merge(m.disk(), rate, Long::sum));
        return intoDisk.entrySet().stream()
                .filter(e -> e.getValue() >= limit * AT_LIMIT)
                .findFirst()
                .map(e -> new Verdict(
                        "slow",
                        "copies to " + view.diskName(e.getKey()) + " are held to " + limit + " bytes a second",
                        Setting.COPY_BYTES_PER_SECOND.key()));
    }

    private static Map<Member, Long> rates(View view, Tally t) {
        Map<Member, Long> rates = new TreeMap<>(Comparator.comparingLong(Member::replica));
        for (Op move : t.running()) {
            Member joining = Tally.joining(view, move);
            OptionalLong rate = joining == null
                    ? OptionalLong.empty()
                    : view.reports().perSecondInto(joining.replica(), view.nowNanos());
            rate.ifPresent(r -> rates.put(joining, r));
        }
        return rates;
    }

    private static Optional<Verdict> slowDestination(View view, Tally t) {
        Map<Member, Long> rates = rates(view, t);
        if (rates.size() < 3) {
            return Optional.empty();
        }
        long median = rates.values().stream().sorted().toList().get(rates.size() / 2);
        return rates.entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .filter(e -> e.getValue() < median * SLOW)
                .map(e -> new Verdict(
                        "slow",
                        "the copy to " + view.diskName(e.getKey().disk()) + " takes " + e.getValue()
                                + " bytes a second, others " + median + ": look at that disk",
                        Setting.DP_REPAIR_TIMEOUT_MS.key()));
    }

    /** A limit is there to be met; it is worth a word when much is left to be done and more wait than move. */
    private static Optional<Verdict> limits(View view, Op op, Tally t, Long eta) {
        long age = view.nowMillis() - op.times().created();
        if (eta == null
                || eta < LONG.toSeconds()
                || age < LONG.toMillis()
                || t.waiting() <= t.running().size()) {
            return Optional.empty();
        }
        return first(t.waits(), r -> r.code().endsWith("_LIMIT")).map(r -> named("slow", r, op));
    }
}
