package io.kintsugi.master.plan;

import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.NodeFacts;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** How the joining replica of a move fares. */
final class Destination {
    /** How long its datanode may be dead before the copy to it is given up: a restart takes less. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private Destination() {}

    /** Why its attempt is over, and whose fault it is. */
    record Failure(AttemptEnd end, Reason reason) {}

    static Optional<Failure> failed(View view, Member m) {
        String where = view.diskName(m.disk());
        if (!view.diskWorks(m.disk())) {
            return rollback("DESTINATION_UNAVAILABLE", "disk " + where + " broke while the copy ran");
        }
        if (full(view, m)) {
            return rollback("DESTINATION_FULL", "disk " + where + " became full while the copy ran");
        }
        if (graceLeftMillis(view, m) <= 0) {
            return rollback("DESTINATION_DEAD", "the datanode of " + where + " is dead");
        }
        return view.reports().replica(m.replica()).flatMap(facts -> spoilt(facts, where));
    }

    /** A copy that went bad on a disk that works: another disk needn't do better, another try may. */
    private static Optional<Failure> spoilt(ReplicaFacts facts, String where) {
        Reason reason = facts.broken()
                ? Reason.of(
                        "DESTINATION_LOST",
                        "the new replica on " + where + " is " + facts.state() + ": " + facts.detail())
                : facts.unreadableCopy()
                        .map(why -> Reason.of("COPY_UNREADABLE", "the copy to " + where + " was refused: " + why))
                        .orElse(null);
        return Optional.ofNullable(reason).map(why -> new Failure(AttemptEnd.FAILURE, why));
    }

    private static Optional<Failure> rollback(String code, String message) {
        return Optional.of(new Failure(AttemptEnd.ROLLBACK, Reason.of(code, message)));
    }

    private static boolean full(View view, Member m) {
        return view.reports()
                .disk(m.disk())
                .filter(f -> f.health() == DiskFacts.Health.FULL)
                .isPresent();
    }

    /** How long its datanode may still be dead; endless while it isn't. */
    static long graceLeftMillis(View view, Member m) {
        return view.reports().dead(m.node()) ? GRACE.toMillis() - millisSince(view, m) : Long.MAX_VALUE;
    }

    /** For how long this leader has known the datanode to be as it is: alive, dead, or not heard of. */
    private static long millisSince(View view, Member m) {
        long since = view.reports().node(m.node()).map(NodeFacts::sinceNanos).orElse(view.nowNanos());
        return Duration.ofNanos(view.nowNanos() - since).toMillis();
    }

    /**
     * For how long it has come no further, by this leader's reports; before there are any, since the op last changed, but never longer than
     * this leader has known the datanode: a new one doesn't take what it hasn't seen for standing still.
     */
    static long stalledMillis(View view, Op op, Member m) {
        OptionalLong progressed = view.reports().progressed(m.replica());
        return progressed.isPresent()
                ? Duration.ofNanos(view.nowNanos() - progressed.getAsLong()).toMillis()
                : Math.min(view.nowMillis() - op.times().updated(), millisSince(view, m));
    }

    static Reason tooSlow(View view, Member m, long stalledMillis) {
        return Reason.of(
                "DESTINATION_TOO_SLOW",
                "the new replica on " + view.diskName(m.disk()) + " has come no further for " + stalledMillis / 1000
                        + " s (DpRepairTimeoutMs)");
    }

    /** What it is at. */
    static Reason doing(View view, Member m) {
        String where = view.diskName(m.disk());
        Optional<ReplicaFacts> facts = view.reports().replica(m.replica());
        if (view.reports().dead(m.node())) {
            return Reason.passing(
                    "DESTINATION_DEAD",
                    "the datanode of " + where + " is dead; if it isn't back within " + GRACE.toSeconds()
                            + " s, the copy goes elsewhere");
        }
        if (facts.isEmpty()) {
            return Reason.passing("CREATING", "the new replica on " + where + " is being created");
        }
        ReplicaFacts f = facts.get();
        return f.state() == ReplicaFacts.State.SEEDING
                ? Reason.passing(
                        "SEEDING",
                        "copying to " + where + ": " + f.seedDoneBytes() + " of " + f.seedTotalBytes() + " bytes")
                : Reason.passing(
                        "CATCHING_UP", "the new replica on " + where + " catches up, then the primary takes it in");
    }
}
