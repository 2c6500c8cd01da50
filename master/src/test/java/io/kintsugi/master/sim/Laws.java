package io.kintsugi.master.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.Invariants;
import java.time.Duration;

/** What holds after every entry of the log, whatever fails and whatever operators ask (DESIGN section 9). */
public final class Laws {
    private final int everyNth;
    private ClusterState before;
    private int entries;

    private Laws(int everyNth) {
        this.everyNth = everyNth;
    }

    /** @param everyNth how often all invariants are checked, which reads everything; the others are after every entry */
    public static void watch(SimCluster cluster, int everyNth) {
        cluster.masters().law(new Laws(everyNth)::check);
    }

    private void check(ClusterState now) {
        if (before != null) {
            now.touched()
                    .ops()
                    .forEach(id ->
                            transition(before.op(id).orElse(null), now.op(id).orElse(null)));
            now.touched()
                    .partitions()
                    .forEach(id -> redundancy(before.partition(id).orElse(null), now));
            if (Invariants.limitsExceeded(before).isEmpty() && before.settings().equals(now.settings())) {
                assertThat(Invariants.limitsExceeded(now)).isEmpty();
            }
        }
        before = now;
        if (entries++ % everyNth == 0) {
            assertThat(Invariants.violations(now)).isEmpty();
        }
    }

    private static void transition(Op old, Op now) {
        if (old != null && now != null && old.status() != now.status()) {
            assertThat(old.status().next()).as("from %s to %s", old, now).contains(now.status());
        }
    }

    /** A move's swap, or its being taken back, leaves as many in-sync as it found, or as going on would have left. */
    private void redundancy(Partition old, ClusterState state) {
        Partition now = old == null ? null : state.partition(old.id()).orElse(null);
        if (now == null || old.joining() == null || now.joining() != null) {
            return;
        }
        Op move = before.op(old.mutexOp()).orElseThrow();
        int floor = Math.min(old.target(), move.move().notedInSync());
        assertThat(now.inSync().size())
                .as("from %s to %s", old, now)
                .isGreaterThanOrEqualTo(Math.max(1, Math.min(floor, old.inSync().size() - 1)));
    }

    /** What is left when no op is open: no replica that joins, no mutex, no token, no disk that is neither in use nor drained. */
    public static void nothingLeftBehind(SimCluster cluster) {
        ClusterState state = cluster.masters().state();
        assertThat(state.openOps()).isEmpty();
        assertThat(state.partitions().values())
                .allMatch(p -> p.joining() == null && p.leaving() == 0 && p.mutex() == RestoreMutex.STOP);
        assertThat(state.disks()).noneMatch(d -> d.drain() == DrainState.DRAINING);
        assertThat(state.nodes()).noneMatch(n -> n.drain() == DrainState.DRAINING);
        assertThat(Invariants.violations(state)).isEmpty();
        cluster.run("every copy that isn't needed is deleted", Duration.ofSeconds(30), () -> state.nodes().stream()
                .map(n -> cluster.node(n.id()))
                .allMatch(node -> cluster.masters().state().partitions().values().stream()
                        .flatMap(p -> p.all().stream())
                        .map(m -> m.replica())
                        .toList()
                        .containsAll(node.replicas())));
    }
}
