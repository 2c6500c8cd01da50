package io.kintsugi.master.plan;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.balance.BalanceGate;
import io.kintsugi.master.view.Copied;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What there is of an op, every partition counted once.
 *
 * @param ignored partitions that left the disk by no move of this op: their table was removed, or the replica replaced
 * @param share of the running ones, each 0 to 1, summed
 * @param bytes that are moved, and that were to be moved at all
 * @param rate bytes a second, -1 for not measured
 */
record Tally(
        int moved,
        List<Op> running,
        int waiting,
        int failed,
        int ignored,
        double share,
        long done,
        long bytes,
        long rate,
        List<Waiting> waits) {
    static final Tally NOTHING = new Tally(0, List.of(), 0, 0, 0, 0, 0, 0, -1, List.of());
    /** What the copy is of a move; the rest is catching up, the swap and deleting the source. */
    private static final double COPY = 0.9;

    private static final double CAUGHT_UP = 0.95;
    private static final double SWAPPED = 0.98;

    int total() {
        return moved + running.size() + waiting + failed + ignored;
    }

    Tally plus(Tally o) {
        List<Op> allRunning = new ArrayList<>(running);
        allRunning.addAll(o.running);
        Map<String, Waiting> byCode = new TreeMap<>();
        waits.forEach(w -> byCode.merge(w.reason().code(), w, Waiting::and));
        o.waits.forEach(w -> byCode.merge(w.reason().code(), w, Waiting::and));
        long sum = rate < 0 ? o.rate : o.rate < 0 ? rate : rate + o.rate;
        return new Tally(
                moved + o.moved,
                allRunning,
                waiting + o.waiting,
                failed + o.failed,
                ignored + o.ignored,
                share + o.share,
                done + o.done,
                bytes + o.bytes,
                sum,
                List.copyOf(byCode.values()));
    }

    static Tally of(View view, Op op, Survey survey) {
        return switch (op.kind()) {
            case MOVE, REPAIR -> ofMove(view, op);
            case DISK_DECOMMISSION -> op.ended() ? ofEnded(view, op) : ofDrain(view, op, survey);
            case NODE_DECOMMISSION -> ofNode(view, op, survey);
            case RECOVERY -> ofWaiting(op, Survey.ofRecovery(view, op));
            case RECOVER_DATA -> ofRescue(view, op);
            case BALANCE -> ofWaiting(op, BalanceGate.holds(view));
            case OFFLINE, REJOIN -> ofWaiting(op, Optional.of(Rejoining.reason(view, op)));
        };
    }

    /** Nothing is copied: it waits, until it is over. */
    private static Tally ofWaiting(Op op, Optional<Reason> reason) {
        if (op.ended()) {
            int done = op.status() == OpStatus.SUCCESS ? 1 : 0;
            return new Tally(done, List.of(), 0, 0, 1 - done, 0, 0, 0, -1, List.of());
        }
        List<Waiting> waits = reason.map(r -> List.of(new Waiting(r, 1))).orElse(List.of());
        return new Tally(0, List.of(), 1, 0, 0, 0, 0, 0, -1, waits);
    }

    /** Of all partitions, each as it is now; of an ended one only those that it recovered by force. */
    private static Tally ofRescue(View view, Op op) {
        if (op.ended()) {
            int forced = (int) view.cluster().children(op.id()).stream()
                    .filter(part -> part.status() == OpStatus.SUCCESS)
                    .count();
            return new Tally(forced, List.of(), 0, 0, 0, 0, 0, 0, -1, List.of());
        }
        Map<String, Waiting> byCode = new TreeMap<>();
        int[] counts = new int[2];
        RescueSteps.partitions(view).forEach(p -> {
            MoveSteps.Next next = RescueSteps.next(view, op, p).orElse(null);
            counts[next == null ? 0 : 1]++;
            if (next instanceof MoveSteps.Next.Wait wait) {
                byCode.merge(wait.reason().code(), new Waiting(wait.reason(), 1), Waiting::and);
            }
        });
        return new Tally(counts[0], List.of(), counts[1], 0, 0, 0, 0, 0, -1, List.copyOf(byCode.values()));
    }

    private static Tally ofMove(View view, Op op) {
        Copied copied = copied(view, op);
        long rate = perSecond(view.reports().perSecondInto(op.move().destination(), view.nowNanos()));
        if (op.holdsToken()) {
            return new Tally(0, List.of(op), 0, 0, 0, share(view, op), copied.done(), copied.total(), rate, List.of());
        }
        if (op.ended()) {
            int moved = op.status() == OpStatus.SUCCESS ? 1 : 0;
            int failed = op.status() == OpStatus.FAILED ? 1 : 0;
            return new Tally(
                    moved, List.of(), 0, failed, 1 - moved - failed, 0, copied.done(), copied.total(), -1, List.of());
        }
        List<Waiting> waits =
                Survey.ofMove(view, op).map(r -> List.of(new Waiting(r, 1))).orElse(List.of());
        return new Tally(0, List.of(), 1, 0, 0, 0, 0, copied.total(), -1, waits);
    }

    private static long perSecond(OptionalLong rate) {
        return rate.orElse(-1);
    }

    /** By its parts alone: nothing is looked at that isn't about the op any more. */
    private static Tally ofEnded(View view, Op drain) {
        int moved = 0;
        Set<Integer> lost = new TreeSet<>();
        long bytes = 0;
        for (Op move : view.cluster().children(drain.id())) {
            if (move.status() == OpStatus.SUCCESS) {
                moved++;
                bytes += copied(view, move).total();
            } else {
                lost.add(move.move().partition());
            }
        }
        boolean success = drain.status() == OpStatus.SUCCESS;
        int failed = success ? 0 : lost.size();
        int ignored = Math.max(success ? lost.size() : 0, drain.progress().partitions() - moved - failed);
        return new Tally(moved, List.of(), 0, failed, ignored, 0, bytes, bytes, -1, List.of());
    }

    private static Tally ofDrain(View view, Op drain, Survey survey) {
        Map<Integer, Op> moves = new TreeMap<>();
        view.cluster().children(drain.id()).forEach(m -> moves.put(m.move().partition(), m));
        Set<Integer> onDisk = new TreeSet<>(view.cluster().partitionsOnDisk(drain.disk()));
        Set<Integer> all = new TreeSet<>(onDisk);
        all.addAll(moves.keySet());
        Map<Integer, Op> givenUp = view.cluster().givenUp(drain.id());
        Sum sum = new Sum();
        for (int id : all) {
            Op move = moves.get(id);
            if (move != null && move.holdsToken()) {
                sum.running(view, move);
            } else if (onDisk.contains(id) && givenUp.containsKey(id)) {
                sum.failed++;
            } else if (onDisk.contains(id)) {
                sum.waiting++;
                sum.bytes += view.cluster().partition(id).map(view::bytes).orElse(0L);
            } else if (move != null && move.status() == OpStatus.SUCCESS) {
                sum.moved++;
                sum.done += copied(view, move).total();
                sum.bytes += copied(view, move).total();
            } else {
                sum.ignored++;
            }
        }
        sum.ignored += Math.max(0, drain.progress().partitions() - all.size());
        long rate = perSecond(view.reports().perSecondOff(drain.disk(), view.nowNanos()));
        return sum.tally(rate, waits(sum.waiting, survey.drains().getOrDefault(drain.id(), List.of())));
    }

    /** Each waiting partition has a reason; one that an older move is still bringing has that. */
    private static List<Waiting> waits(int waiting, List<Waiting> surveyed) {
        List<Waiting> waits = new ArrayList<>();
        int rest = waiting - surveyed.stream().mapToInt(Waiting::count).sum();
        for (Waiting w : surveyed) {
            if (w.count() > 0) {
                waits.add(w);
            } else if (rest > 0) {
                waits.add(new Waiting(w.reason(), rest));
                rest = 0;
            }
        }
        if (rest > 0) {
            waits.add(new Waiting(
                    Reason.passing(
                            "MOVE_RUNNING", "a move of another op is at work on the partition: it moves on after that"),
                    rest));
        }
        return waits;
    }

    /** Drains of its disks that were asked for on their own count too: it waits for them. */
    private static Tally ofNode(View view, Op op, Survey survey) {
        Set<Long> drains = new TreeSet<>();
        view.cluster().children(op.id()).forEach(part -> drains.add(part.id()));
        if (!op.ended()) {
            view.cluster().disksOfNode(op.node()).stream()
                    .filter(d -> d.drainOp() != 0)
                    .forEach(d -> drains.add(d.drainOp()));
        }
        Tally sum = NOTHING;
        for (long id : drains) {
            Op drain = view.cluster().op(id).orElse(null);
            if (drain != null) {
                sum = sum.plus(of(view, drain, survey));
            }
        }
        return sum;
    }

    /** 0 to 1; doesn't go back within an attempt. */
    private static double share(View view, Op op) {
        Move move = op.move();
        if (move.step() == MoveStep.SWAPPED) {
            return SWAPPED;
        }
        boolean caughtUp = view.cluster()
                .partition(move.partition())
                .filter(p -> move.destination() != 0 && p.isInSync(move.destination()))
                .isPresent();
        return caughtUp ? CAUGHT_UP : COPY * copied(view, op).share();
    }

    /** Of what is persisted and what this leader has heard, the further. */
    static Copied copied(View view, Op op) {
        Move move = op.move();
        Copied noted = new Copied(op.progress().bytesDone(), op.progress().bytesTotal());
        Copied heard = view.reports().copied(move.destination()).orElse(noted);
        Copied best = heard.share() >= noted.share() ? heard : noted;
        boolean over = op.status() == OpStatus.SUCCESS || move.step() == MoveStep.SWAPPED;
        long total = best.total();
        if (total == 0 && (over || !op.ended())) {
            total = view.cluster().partition(move.partition()).map(view::bytes).orElse(0L);
        }
        return new Copied(over ? total : Math.min(best.done(), total), total);
    }

    /** Where the copy of a running move goes. */
    static Member joining(View view, Op op) {
        return view.cluster()
                .partition(op.move().partition())
                .map(Partition::joining)
                .filter(m -> m.replica() == op.move().destination())
                .orElse(null);
    }

    private static final class Sum {
        private int moved;
        private int waiting;
        private int failed;
        private int ignored;
        private double share;
        private long done;
        private long bytes;
        private final List<Op> running = new ArrayList<>();

        void running(View view, Op move) {
            Copied copied = copied(view, move);
            running.add(move);
            share += Tally.share(view, move);
            done += copied.done();
            bytes += copied.total();
        }

        Tally tally(long rate, List<Waiting> waits) {
            return new Tally(moved, running, waiting, failed, ignored, share, done, bytes, rate, waits);
        }
    }
}
