package io.kintsugi.master.plan;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.NodeFacts;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Replicas that a fence doesn't reach. Until they hear of it, they may go on answering as before; and they may hold what others lack. */
final class Unreached {
    private Unreached() {}

    /** The replica and why it isn't reached; empty for one that is. */
    static Optional<String> why(View view, Partition p, Member m) {
        String who = view.diskName(m.disk()) + (p.isInSync(m.replica()) ? " (in-sync)" : "");
        if (!view.reports().alive(m.node())) {
            return Optional.of(who + ": its datanode is dead, or only cut off from the masters" + heard(view, m));
        }
        if (!view.diskWorks(m.disk())) {
            return Optional.of(who + ": its disk is broken or gone");
        }
        Optional<ReplicaFacts> facts = view.reports().replica(m.replica());
        return facts.isEmpty()
                ? Optional.of(who + ": its replica isn't there")
                : facts.filter(ReplicaFacts::broken)
                        .map(f -> who + ": its replica is " + f.state()
                                + (f.detail().isEmpty() ? "" : " (" + f.detail() + ")"));
    }

    /** By this leader; one that was heard of lately is perhaps only cut off. */
    private static String heard(View view, Member m) {
        return view.reports()
                .node(m.node())
                .map(NodeFacts::heardNanos)
                .map(at -> ", and was last heard of "
                        + Duration.ofNanos(Math.max(0, view.nowNanos() - at)).toSeconds() + " s ago")
                .orElse("");
    }

    /** Those that may hold what the survivor lacks: the in-sync ones, who left the in-sync set after it, and what lies on drained disks. */
    static List<String> better(View view, Partition p, Survivor survivor) {
        Stream<String> away = p.all().stream()
                .filter(m -> p.isInSync(m.replica()) || m.leftEpoch() > survivor.leftEpoch())
                .flatMap(m -> why(view, p, m).stream());
        return Stream.concat(away, Drained.better(view, p, survivor).stream()).toList();
    }
}
