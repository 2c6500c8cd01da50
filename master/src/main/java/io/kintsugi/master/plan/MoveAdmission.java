package io.kintsugi.master.plan;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** Which disk decommission gets a slot, and which of its partitions move next: the limits of the source's nodeset. */
public final class MoveAdmission {
    private MoveAdmission() {}

    /** A partition whose move may begin. */
    public record Start(Partition partition, Member source) {}

    /**
     * What a drain can do now.
     *
     * @param starts moves to admit, as many as there are tokens, in order
     * @param moving whether moves of this drain are under way
     * @param waiting why partitions that could have a token can't move; empty when there are none
     */
    public record Drain(List<Start> starts, boolean moving, Optional<Reason> waiting) {
        /** Whether all that is left waits for something that doesn't end by itself soon. */
        public boolean stuck() {
            return starts.isEmpty()
                    && !moving
                    && waiting.filter(r -> !r.passing()).isPresent();
        }
    }

    /** Nodeset of the node that has the disk; 0 when it is unknown. */
    public static int nodesetOf(View view, int disk) {
        return view.cluster()
                .disk(disk)
                .flatMap(d -> view.cluster().node(d.node()))
                .map(n -> n.nodeset())
                .orElse(0);
    }

    /** Whether the nodeset has a slot free for one more disk decommission, beside those admitted and {@code pending}. */
    public static Optional<Reason> diskSlot(View view, Op op, int pending) {
        int nodeset = nodesetOf(view, op.disk());
        long admitted = view.cluster().openOps().stream()
                .filter(o -> o.kind() == OpKind.DISK_DECOMMISSION
                        && o.status() == OpStatus.RUNNING
                        && nodesetOf(view, o.disk()) == nodeset)
                .count();
        long limit = view.setting(Setting.DECOMMISSION_DISK_LIMIT);
        return admitted + pending < limit
                ? Optional.empty()
                : Optional.of(Reason.passing(
                        "DISK_LIMIT",
                        "waits for a slot: " + admitted + " disks of nodeset " + nodeset
                                + " are being decommissioned, DecommissionDiskLimit is " + limit));
    }

    /** Moves of the nodeset that may still be admitted beside those that hold a token. May be negative after the limit was lowered. */
    public static long tokensLeft(View view, int nodeset) {
        return view.setting(Setting.DECOMMISSION_DP_LIMIT)
                - view.cluster().movesOfNodeset(nodeset).size();
    }

    /**
     * @param tokens moves that may be started
     * @param busy partitions that aren't to be looked at now: a proposal for them is on its way, or they back off
     */
    public static Drain drain(View view, Op op, long tokens, IntPredicate busy) {
        List<Start> starts = new ArrayList<>();
        Map<String, Integer> counts = new TreeMap<>();
        Map<Integer, Integer> planned = plannedByPrepared(view, nodesetOf(view, op.disk()));
        Reason first = null;
        boolean moving = false;
        boolean untried = false;
        for (int id : view.cluster().partitionsOnDisk(op.disk())) {
            Partition p = view.cluster().partition(id).orElseThrow();
            if (p.joining() != null && p.joining().disk() == op.disk() || busy.test(id) || owned(view, p, op)) {
                moving = true;
            } else if (starts.size() >= tokens) {
                untried = true;
                break;
            } else {
                Member source = p.onDisk(op.disk()).orElseThrow();
                switch (MoveSteps.prepare(
                        view, p, source, d -> view.reports().incoming(d) + planned.getOrDefault(d, 0))) {
                    case Choice.Chosen<Disk>(Disk destination) -> {
                        planned.merge(destination.id(), 1, Integer::sum);
                        starts.add(new Start(p, source));
                    }
                    case Choice.None<Disk>(Reason no) -> {
                        counts.merge(no.code(), 1, Integer::sum);
                        first = first == null || first.passing() && !no.passing() ? no : first;
                    }
                }
            }
        }
        if (untried && starts.isEmpty()) {
            return new Drain(starts, moving, Optional.of(noToken(view, op)));
        }
        return new Drain(starts, moving, Optional.ofNullable(first).map(r -> summed(r, counts)));
    }

    /** Admitted moves that have no destination yet: where they will probably go counts as taken. */
    private static Map<Integer, Integer> plannedByPrepared(View view, int nodeset) {
        Map<Integer, Integer> planned = new HashMap<>();
        for (Op move : view.cluster().movesOfNodeset(nodeset)) {
            Partition p = view.cluster().partition(move.move().partition()).orElse(null);
            if (move.status() != OpStatus.PREPARE || p == null) {
                continue;
            }
            p.member(move.move().source()).ifPresent(source -> {
                if (Destinations.choose(view, p, source, d -> view.reports().incoming(d) + planned.getOrDefault(d, 0))
                        instanceof Choice.Chosen<Disk>(Disk destination)) {
                    planned.merge(destination.id(), 1, Integer::sum);
                }
            });
        }
        return planned;
    }

    /** Whether the disk holds nothing any more and no move of the op is open: the decommission is done. */
    public static boolean empty(View view, Op op) {
        return view.cluster().partitionsOnDisk(op.disk()).isEmpty()
                && view.cluster().openOps().stream().noneMatch(o -> o.parent() == op.id());
    }

    private static boolean owned(View view, Partition p, Op op) {
        return p.mutex() == RestoreMutex.FORBIDDEN
                && view.cluster()
                        .op(p.mutexOp())
                        .filter(o -> o.parent() == op.id())
                        .isPresent();
    }

    private static Reason noToken(View view, Op op) {
        int nodeset = nodesetOf(view, op.disk());
        return Reason.passing(
                "DP_LIMIT",
                "waits for a token: " + view.cluster().movesOfNodeset(nodeset).size() + " moves of nodeset " + nodeset
                        + " are under way, DecommissionDpLimit is " + view.setting(Setting.DECOMMISSION_DP_LIMIT));
    }

    private static Reason summed(Reason first, Map<String, Integer> counts) {
        int others = counts.values().stream().mapToInt(Integer::intValue).sum() - 1;
        String more = others == 0 ? "" : " (and " + others + " more partitions wait: " + counts + ")";
        return new Reason(first.code(), first.message() + more, first.passing());
    }
}
