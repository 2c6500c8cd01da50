package io.kintsugi.master.driver;

import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.plan.Comparison;
import io.kintsugi.master.view.Counts;
import io.kintsugi.master.view.SoftState;
import io.kintsugi.master.view.View;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.VerifyTask;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has replicas compared: those that an operator asks for, those of partitions that were copied, and each in its turn. The primary is
 * asked for a mark; what its replicas then count comes with their reports, and {@code plan} says what it means. Few are compared at a
 * time, and by itself
 * none that shares a disk with a copy. What differs is compared again, at once and then now and then.
 */
final class VerifyDriver implements Driver {
    private static final Logger LOG = LoggerFactory.getLogger(VerifyDriver.class);
    /** Partitions compared at the same time. */
    static final int AT_ONCE = 4;

    static final Duration ASK_AGAIN = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** As slow as a disk may be read before a count isn't waited for any more. */
    private static final long SLOW_BYTES_PER_SECOND = 4 << 20;

    private static final Duration DIFFERING_AGAIN = Duration.ofMinutes(10);
    /** By itself no more than this are kept waiting: others have their turn in the next interval. */
    private static final int MOST_WAITING = 10_000;

    private record Round(long request, long asked, long deadline) {}

    private final SoftState soft;
    private final Tasks tasks;
    private final VerifyTurns turns = new VerifyTurns();
    /** Asked for, or found to differ: these go first. */
    private final Set<Integer> asked = new LinkedHashSet<>();

    private final Set<Integer> due = new LinkedHashSet<>();
    private final Map<Integer, Round> open = new HashMap<>();
    private long requests;
    private long differingAt;

    VerifyDriver(SoftState soft, Tasks tasks) {
        this.soft = soft;
        this.tasks = tasks;
    }

    /** A partition that is there. */
    void known(int partition) {
        turns.known(partition);
    }

    /** Somebody wants these compared. */
    void ask(Collection<Integer> partitions) {
        for (int id : partitions) {
            if (!open.containsKey(id)) {
                due.remove(id);
                asked.add(id);
                soft.counting(id, true);
            }
        }
    }

    @Override
    public void step(View view, Dirty dirty) {
        if (!view.reports().judging()) {
            tasks.wakeAt(view.nowNanos() + LOOK_AGAIN.toNanos(), Subject.VERIFY);
            return;
        }
        dirty.partitions.forEach(turns::known);
        for (int id : List.copyOf(open.keySet())) {
            if (dirty.partitions.contains(id) || dirty.verify) {
                look(view, id);
            }
        }
        if (view.setting(Setting.PARTITION_VERIFY_INTERVAL_MS) == 0) {
            due.clear();
        } else {
            byItself(view, dirty);
        }
        begin(view, asked, false);
        begin(view, due, true);
        if (!asked.isEmpty() || !due.isEmpty() || !open.isEmpty()) {
            tasks.wakeAt(view.nowNanos() + LOOK_AGAIN.toNanos(), Subject.VERIFY);
        }
    }

    private void byItself(View view, Dirty dirty) {
        for (long id : dirty.ops) {
            view.cluster().op(id).filter(op -> op.status() == OpStatus.SUCCESS).ifPresent(op -> copied(op));
        }
        if (dirty.verify || dirty.settings) {
            turns.due(view).stream().filter(id -> wants(view, id)).forEach(this::add);
            tasks.wakeAt(view.nowNanos() + Duration.ofMillis(turns.pause(view)).toNanos(), Subject.VERIFY);
        }
        if (!view.reports().differing().isEmpty()) {
            if (view.nowNanos() - differingAt >= DIFFERING_AGAIN.toNanos()) {
                differingAt = view.nowNanos();
                ask(view.reports().differing());
            }
            tasks.wakeAt(differingAt + DIFFERING_AGAIN.toNanos(), Subject.VERIFY);
        }
    }

    private void copied(Op op) {
        if (op.move() != null) {
            add(op.move().partition());
        } else if (op.recovery() != null) {
            add(op.recovery().partition());
        }
    }

    private void add(int partition) {
        if (due.size() < MOST_WAITING && !asked.contains(partition)) {
            due.add(partition);
        }
    }

    /** Not one that was compared of late, after a copy or because somebody asked for it. */
    private static boolean wants(View view, int id) {
        Partition p = view.cluster().partition(id).orElse(null);
        if (p == null
                || view.cluster().discarded(id)
                || view.cluster()
                        .table(p.table())
                        .filter(t -> t.droppedAt() == 0)
                        .isEmpty()) {
            return false;
        }
        List<Counts.Counted> judged = view.reports().counts(id).judged(p);
        return judged.isEmpty()
                || view.nowMillis() - judged.getFirst().digest().takenMillis()
                        > view.setting(Setting.PARTITION_VERIFY_INTERVAL_MS) / 2;
    }

    private void begin(View view, Set<Integer> queue, boolean byItself) {
        for (int id : queue.stream().limit(2L * AT_ONCE).toList()) {
            if (open.size() >= AT_ONCE) {
                return;
            }
            queue.remove(id);
            Partition p = view.cluster().partition(id).orElse(null);
            if (p == null || open.containsKey(id)) {
                soft.counting(id, open.containsKey(id));
            } else if (!possible(view, p) || byItself && copies(view, p)) {
                queue.add(id); // at the end
            } else {
                begin(view, p);
            }
        }
    }

    private boolean possible(View view, Partition p) {
        return view.served(p)
                && p.member(p.primary()).filter(m -> tasks.reachable(m.node())).isPresent();
    }

    /** Whether a disk of the partition's gives or takes a copy. */
    private static boolean copies(View view, Partition p) {
        return p.all().stream().anyMatch(m -> view.reports().incoming(m.disk()) > 0)
                || view.cluster().openMoves(p.id()).stream().anyMatch(Op::holdsToken)
                || p.all().stream().anyMatch(m -> view.cluster()
                        .disk(m.disk())
                        .filter(d -> d.drain() == DrainState.DRAINING)
                        .isPresent());
    }

    private void begin(View view, Partition p) {
        long request = view.term() << 32 | ++requests;
        long patience = PATIENCE.toNanos()
                + Duration.ofSeconds(view.bytes(p) / SLOW_BYTES_PER_SECOND).toNanos();
        open.put(p.id(), new Round(request, view.nowNanos(), view.nowNanos() + patience));
        soft.counting(p.id(), true);
        tell(view, p, request);
    }

    private void tell(View view, Partition p, long request) {
        Member primary = p.member(p.primary()).orElseThrow();
        tasks.send(
                primary.node(),
                NodeDown.newBuilder()
                        .setVerify(VerifyTask.newBuilder()
                                .setPartition(p.id())
                                .setReplica(primary.replica())
                                .setRequest(request)));
    }

    private void look(View view, int id) {
        Round round = open.get(id);
        Partition p = view.cluster().partition(id).orElse(null);
        if (p == null) {
            end(id);
            return;
        }
        Counts counts = view.reports().counts(id);
        if (counts.complete(round.request(), p)) {
            end(id);
            Comparison.of(view, p).ifPresent(c -> {
                LOG.error("{}: {}", Comparison.CODE, c.message(view));
                if (!c.confirmed()) {
                    ask(List.of(id));
                }
            });
        } else if (round.deadline() - view.nowNanos() <= 0) {
            end(id);
            LOG.warn(
                    "VERIFY_INCOMPLETE: not all in-sync replicas of {} have said in time what they hold",
                    view.partitionName(p));
        } else if (!counts.begun(round.request())
                && view.nowNanos() - round.asked() >= ASK_AGAIN.toNanos()
                && possible(view, p)) {
            open.put(id, new Round(round.request(), view.nowNanos(), round.deadline()));
            tell(view, p, round.request());
        }
    }

    private void end(int id) {
        open.remove(id);
        soft.counting(id, false);
    }
}
