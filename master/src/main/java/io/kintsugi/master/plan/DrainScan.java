package io.kintsugi.master.plan;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.View;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * One look at the partitions on a disk that is drained: gives the moves that may begin, one at a time and only as many as are asked for, and
 * remembers why the others don't.
 */
public final class DrainScan implements MoveAdmission.Queue {
    private final View view;
    private final Op drain;
    private final MoveAdmission.Planned planned;
    private final IntPredicate busy;
    private final Map<Integer, Op> givenUp;
    private final Iterator<Integer> partitions;
    private final Map<String, Waiting> blocked = new TreeMap<>();
    private Reason first;
    private boolean moving;
    private boolean changing;
    private int given;
    private int lost;

    /** @param busy partitions that aren't to be looked at now: a proposal for them is on its way */
    public DrainScan(View view, Op drain, MoveAdmission.Planned planned, IntPredicate busy) {
        this.view = view;
        this.drain = drain;
        this.planned = planned;
        this.busy = busy;
        this.givenUp = view.cluster().givenUp(drain.id());
        this.partitions = view.cluster().partitionsOnDisk(drain.disk()).iterator();
    }

    @Override
    public Op op() {
        return drain;
    }

    @Override
    public int held() {
        int nodeset = MoveAdmission.nodesetOf(view, drain.disk());
        return (int) view.cluster().movesOfNodeset(nodeset).stream()
                .filter(move -> move.parent() == drain.id())
                .count();
    }

    @Override
    public Optional<MoveAdmission.Start> next() {
        while (partitions.hasNext()) {
            Partition p = view.cluster().partition(partitions.next()).orElseThrow();
            if (busy.test(p.id())) {
                changing = true;
            } else if (p.joining() != null && p.joining().disk() == drain.disk()) {
                moving = true;
            } else if (givenUp.containsKey(p.id())) {
                lost++;
            } else {
                Optional<MoveAdmission.Start> start = look(p);
                if (start.isPresent()) {
                    given++;
                    return start;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<MoveAdmission.Start> look(Partition p) {
        Op own = view.cluster().openMoves(p.id()).stream()
                .filter(op -> op.parent() == drain.id())
                .findFirst()
                .orElse(null);
        if (own != null && own.holdsToken()) {
            moving = true;
            return Optional.empty();
        }
        switch (start(p, own)) {
            case Choice.Chosen<MoveAdmission.Start>(MoveAdmission.Start start) -> {
                return Optional.of(start);
            }
            case Choice.None<MoveAdmission.Start>(Reason no) -> {
                blocked.merge(no.code(), new Waiting(no, 1), Waiting::and);
                first = first == null || first.passing() && !no.passing() ? no : first;
                return Optional.empty();
            }
        }
    }

    private Choice<MoveAdmission.Start> start(Partition p, Op own) {
        if (own == null) {
            Member source = p.onDisk(drain.disk()).orElseThrow();
            return MoveAdmission.start(view, p, source, drain, planned);
        }
        return own.status() == OpStatus.PAUSED
                ? Choice.none(Reason.of("PAUSED", "the move of " + own.target() + " is paused: resume op " + own.id()))
                : MoveAdmission.start(view, own, drain, planned);
    }

    /** Why partitions don't move that could have a token, and how many for each reason. After the last {@link #next()}. */
    Collection<Waiting> waits() {
        return blocked.values();
    }

    /** Whether moves of this drain are under way, or may be. After the last {@link #next()}. */
    public boolean moving() {
        return moving || changing;
    }

    /** Whether this look can't say if a move may begin: partitions are being changed at this moment. After {@link #next()} gave none. */
    public boolean unsure() {
        return changing && given == 0;
    }

    /** Whether all that is left has been given up: the drain can't do more. After the last {@link #next()}. */
    public boolean overWithout() {
        return lost > 0 && given == 0 && !moving() && blocked.isEmpty();
    }

    /** Why partitions don't move that could have a token. */
    public Optional<Reason> waiting() {
        return Optional.ofNullable(first).map(this::summed);
    }

    /** Whether all that is left waits for something that doesn't end by itself soon. */
    public boolean stuck() {
        return given == 0 && !moving() && first != null && !first.passing();
    }

    private String counts() {
        return blocked.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue().count())
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private Reason summed(Reason reason) {
        int others = blocked.values().stream().mapToInt(Waiting::count).sum() - 1;
        String more = others == 0 ? "" : " (and " + others + " more partitions wait: " + counts() + ")";
        return new Reason(reason.code(), reason.message() + more, reason.passing());
    }
}
