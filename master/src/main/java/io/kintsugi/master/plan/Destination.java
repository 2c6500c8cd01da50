package io.kintsugi.master.plan;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.NodeFacts;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** How the joining replica of a move fares. */
final class Destination {
    /** How long its datanode may be dead before the copy to it is given up: a restart takes less. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private Destination() {}

    /** Why the copy has to go elsewhere. */
    static Optional<Reason> failed(View view, Member m) {
        String where = view.diskName(m.disk());
        Optional<ReplicaFacts> facts = view.reports().replica(m.replica());
        if (facts.filter(ReplicaFacts::broken).isPresent()) {
            return Optional.of(Reason.of(
                    "DESTINATION_LOST",
                    "the new replica on " + where + " is " + facts.get().state() + ": "
                            + facts.get().detail()));
        }
        if (!view.diskWorks(m.disk())) {
            return Optional.of(Reason.of("DESTINATION_UNAVAILABLE", "disk " + where + " broke while the copy ran"));
        }
        if (full(view, m)) {
            return Optional.of(Reason.of("DESTINATION_FULL", "disk " + where + " became full while the copy ran"));
        }
        boolean dead = view.reports().dead(m.node()) && deadMillis(view, m) >= GRACE.toMillis();
        return dead
                ? Optional.of(Reason.of("DESTINATION_DEAD", "the datanode of " + where + " is dead"))
                : Optional.empty();
    }

    private static boolean full(View view, Member m) {
        return view.reports()
                .disk(m.disk())
                .filter(f -> f.health() == DiskFacts.Health.FULL)
                .isPresent();
    }

    private static long deadMillis(View view, Member m) {
        long since = view.reports().node(m.node()).map(NodeFacts::sinceNanos).orElse(view.nowNanos());
        return TimeUnit.NANOSECONDS.toMillis(view.nowNanos() - since);
    }

    /** For how long it has come no further: by this leader's reports, or, before there are any, since the op last changed. */
    static long stalledMillis(View view, Op op, Member m) {
        OptionalLong progressed = view.reports().progressed(m.replica());
        return progressed.isPresent()
                ? TimeUnit.NANOSECONDS.toMillis(view.nowNanos() - progressed.getAsLong())
                : view.nowMillis() - op.times().updated();
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
            return Reason.passing("DESTINATION_DEAD", "the datanode of " + where + " is dead; if it isn't back within "
                    + GRACE.toSeconds() + " s, the copy goes elsewhere");
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
