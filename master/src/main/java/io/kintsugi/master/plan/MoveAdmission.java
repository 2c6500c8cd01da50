package io.kintsugi.master.plan;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** Which disk decommission gets a slot, and whether a move may have a token: the limits of the source's nodeset. */
public final class MoveAdmission {
    private MoveAdmission() {}

    /**
     * A move that may begin.
     *
     * @param asker the move itself, or the decommission whose part it is
     * @param waiting the move that waits as Marked, or null: one is to be made
     */
    public record Start(Partition partition, Member source, Op asker, Op waiting) {}

    /** Moves that one op asks for. */
    public interface Queue {
        Op op();

        /** Tokens that its moves hold already. */
        default int held() {
            return 0;
        }

        /** The next that may begin; empty when there is no more. */
        Optional<Start> next();
    }

    /** Repairs first; then the heavier; among equals who has the fewest tokens, so that no disk waits for another's end; then the older. */
    private record Turn(Queue queue, int tokens) implements Comparable<Turn> {
        private static final Comparator<Turn> ORDER = Comparator.comparing(
                        (Turn t) -> !t.queue().op().isRepair())
                .thenComparingInt(t -> -t.queue().op().weight())
                .thenComparingInt(Turn::tokens)
                .thenComparingLong(t -> t.queue().op().id());

        @Override
        public int compareTo(Turn o) {
            return ORDER.compare(this, o);
        }
    }

    /** By nodeset, every op that may ask for moves: drains of its disks, repairs, and moves that operators asked for by themselves. */
    public static Map<Integer, List<Op>> askers(View view) {
        Map<Integer, List<Op>> byNodeset = new TreeMap<>();
        for (Op drain : view.cluster().openDrains()) {
            byNodeset
                    .computeIfAbsent(nodesetOf(view, drain.disk()), n -> new ArrayList<>())
                    .add(drain);
        }
        for (Op move : view.cluster().markedMoves()) {
            if (move.parent() == 0) {
                byNodeset
                        .computeIfAbsent(move.move().nodeset(), n -> new ArrayList<>())
                        .add(move);
            }
        }
        return byNodeset;
    }

    /** Who gets tokens. */
    public static List<Start> share(List<? extends Queue> queues, long tokens) {
        PriorityQueue<Turn> turns = new PriorityQueue<>();
        queues.forEach(q -> turns.add(new Turn(q, q.held())));
        List<Start> starts = new ArrayList<>();
        while (!turns.isEmpty() && starts.size() < tokens) {
            Turn turn = turns.poll();
            turn.queue().next().ifPresent(start -> {
                starts.add(start);
                turns.add(new Turn(turn.queue(), turn.tokens() + 1));
            });
        }
        return starts;
    }

    /** Copies that this look has given to disks, so that the next move of the same look is planned around them. */
    public static final class Planned extends Load {
        private Planned(View view) {
            super(view);
        }

        /** Admitted moves that have no destination yet: where they will probably go counts as taken. */
        public static Planned byPrepared(View view, int nodeset) {
            Planned planned = new Planned(view);
            for (Op op : view.cluster().movesOfNodeset(nodeset)) {
                Partition p = view.cluster().partition(op.move().partition()).orElse(null);
                if (op.status() != OpStatus.PREPARE || p == null) {
                    continue;
                }
                op.move().sourceIn(p).ifPresent(source -> {
                    if (Destinations.choose(view, p, source, op.move(), planned)
                            instanceof Choice.Chosen<Disk>(Disk destination)) {
                        planned.add(destination.id(), view.bytes(p));
                    }
                });
            }
            return planned;
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
        long admitted = view.cluster().openDrains().stream()
                .filter(o -> o.status() == OpStatus.RUNNING && nodesetOf(view, o.disk()) == nodeset)
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

    /** The pause after an attempt that came to nothing, if it isn't over. */
    static Optional<Reason> pause(View view, Op op) {
        long left = op.tries().notBefore() - view.nowMillis();
        return left <= 0
                ? Optional.empty()
                : Optional.of(Reason.passing(
                        "BACKOFF",
                        "tried again in " + (left + 999) / 1000 + " s; the last attempt ended with " + op.reason()
                                + ": " + op.message()));
    }

    /** Whether a move that waits as Marked may begin. */
    static Choice<Start> start(View view, Op op, Op asker, Planned planned) {
        Partition p = view.cluster().partition(op.move().partition()).orElse(null);
        Member source = p == null ? null : op.move().sourceIn(p).orElse(null);
        if (source == null) {
            return Choice.none(Reason.passing("SOURCE_GONE", "the replica that was to move is no member any more"));
        }
        Optional<Reason> pause = pause(view, op);
        if (pause.isPresent()) {
            return Choice.none(pause.get());
        }
        return planned(view, new Start(p, source, asker, op), op.move(), planned);
    }

    /** A move that there is no op of yet. */
    static Choice<Start> start(View view, Partition p, Member source, Op asker, Planned planned) {
        return planned(view, new Start(p, source, asker, null), Move.of(p.id(), source, 0), planned);
    }

    private static Choice<Start> planned(View view, Start start, Move move, Planned planned) {
        Partition p = start.partition();
        return switch (MoveSteps.prepare(view, p, start.source(), move, planned)) {
            case Choice.Chosen<Disk>(Disk destination) -> {
                planned.add(destination.id(), view.bytes(p));
                yield Choice.of(start);
            }
            case Choice.None<Disk>(Reason no) -> Choice.none(no);
        };
    }

    /** An operator's own move, or a repair. */
    public static Queue single(View view, Op op, Planned planned) {
        return new Queue() {
            private boolean asked;

            @Override
            public Op op() {
                return op;
            }

            @Override
            public Optional<Start> next() {
                if (asked) {
                    return Optional.empty();
                }
                asked = true;
                return start(view, op, op, planned) instanceof Choice.Chosen<Start>(Start start)
                        ? Optional.of(start)
                        : Optional.empty();
            }
        };
    }

    static Reason noToken(View view, int nodeset) {
        return Reason.passing(
                "DP_LIMIT",
                "waits for a token: " + view.cluster().movesOfNodeset(nodeset).size() + " moves of nodeset " + nodeset
                        + " are under way, DecommissionDpLimit is " + view.setting(Setting.DECOMMISSION_DP_LIMIT));
    }
}
