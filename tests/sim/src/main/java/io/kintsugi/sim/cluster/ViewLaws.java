package io.kintsugi.sim.cluster;

import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.plan.Comparison;
import io.kintsugi.master.plan.DrainProgress;
import io.kintsugi.master.plan.RescueSteps;
import io.kintsugi.master.plan.Survey;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.NodeFacts;
import io.kintsugi.master.view.View;
import io.kintsugi.sim.master.SimMaster;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What holds of whom a master takes for dead, as long as it thinks that it leads (DESIGN section 5). */
final class ViewLaws {
    /** The least that a master waits for one whose stream is open and silent. */
    private static final long SILENCE = Duration.ofSeconds(3).toNanos();

    /** What a proposal may take, and be made again. */
    private static final long PROPOSAL = Duration.ofSeconds(25).toNanos();

    /** A silence that has lasted too long when it was seen first. */
    private record Overdue(long heard, long seenAt) {}

    private final Cluster cluster;
    private final Map<String, Overdue> overdue = new HashMap<>();

    ViewLaws(Cluster cluster) {
        this.cluster = cluster;
        cluster.masters.law(state -> check());
        for (SimMaster master : cluster.masters.all()) {
            master.process().onChange(() -> overdue.keySet().removeIf(key -> key.startsWith(master.name() + " ")));
        }
        later();
    }

    private void later() {
        cluster.world.after(cluster.plan.paced(500), "law", "world", () -> {
            check();
            cluster.view().ifPresent(view -> {
                progress(view);
                stalled(view);
                aboveMasters(view);
                differing(view);
            });
            later();
        });
    }

    /** Law 1, as the product itself checks it: replicas that have applied the same entry hold the same, but for what rotted. */
    private void differing(View view) {
        for (int id : view.reports().differing()) {
            if (!cluster.rotten.contains(id)) {
                throw cluster.world.broken(
                        "1",
                        "replicas are told to differ: "
                                + view.cluster()
                                        .partition(id)
                                        .flatMap(p -> Comparison.of(view, p))
                                        .map(c -> c.message(view)));
            }
        }
    }

    /** Every partition counts once, nothing is more than there is, and only what has succeeded is done. */
    private void progress(View view) {
        Survey survey = null;
        for (Op op : view.cluster().openOps()) {
            if (op.move() != null) {
                continue;
            }
            survey = survey == null ? Survey.of(view) : survey;
            DrainProgress p = DrainProgress.of(view, op, survey);
            int there =
                    switch (op.kind()) {
                        case RECOVERY, OFFLINE, REJOIN, BALANCE -> 1;
                        case RECOVER_DATA -> (int) RescueSteps.partitions(view).count();
                        case DISK_DECOMMISSION -> partitions(view, op);
                        default ->
                            drains(view, op).stream()
                                    .mapToInt(drain -> partitions(view, drain))
                                    .sum();
                    };
            if (p.partitions().total() != there
                    || p.percent() < 0
                    || p.percent() >= 100
                    || p.bytesDone() < 0
                    || p.bytesDone() > p.bytesTotal()) {
                throw cluster.world.broken("6", "progress of " + there + " partitions: " + p + " of " + op);
            }
        }
    }

    /** Masters lose nothing here: that a replica has stored a higher epoch than theirs is never so, unless that was planted. */
    private void aboveMasters(View view) {
        view.cluster().partitions().values().stream()
                .filter(p -> !cluster.planted.contains(p.id()))
                .forEach(p -> new HigherEpoch().of(view, p).ifPresent(alarm -> {
                    throw cluster.world.broken("1", alarm.message());
                }));
    }

    /** A copy that stands still gives its token back (DESIGN section 5). */
    private void stalled(View view) {
        long patience =
                Duration.ofMillis(view.setting(Setting.DP_REPAIR_TIMEOUT_MS)).toNanos();
        for (Op op : view.cluster().openOps()) {
            if (op.move() == null || op.move().step() != MoveStep.ADDED) {
                continue;
            }
            long destination = op.move().destination();
            boolean waits = view.cluster()
                    .partition(op.move().partition())
                    .filter(p -> !p.isInSync(destination) && view.served(p))
                    .isPresent();
            long stood =
                    view.nowNanos() - view.reports().progressed(destination).orElse(view.nowNanos());
            if (waits && view.reports().judging() && stood > 2 * patience + PROPOSAL) {
                throw cluster.world.broken(
                        "4", "a copy has stood still for " + stood + " ns, and keeps its token: " + op);
            }
        }
    }

    /** Those that are or were on the disk since the op began. */
    private static int partitions(View view, Op drain) {
        Set<Integer> all = new TreeSet<>();
        view.cluster().children(drain.id()).forEach(move -> all.add(move.move().partition()));
        if (!drain.ended()) {
            all.addAll(view.cluster().partitionsOnDisk(drain.disk()));
        }
        return Math.max(all.size(), drain.progress().partitions());
    }

    /** Of a node's disks: parts of its op, and those that go on by themselves. */
    private static Set<Op> drains(View view, Op op) {
        Set<Op> all = new HashSet<>(view.cluster().children(op.id()));
        view.cluster()
                .disksOfNode(op.node())
                .forEach(d -> view.cluster().op(d.drainOp()).ifPresent(all::add));
        return all;
    }

    private void check() {
        for (SimMaster master : cluster.masters.all()) {
            if (master.leads() && !master.process().paused()) {
                master.loop().view().ifPresent(view -> check(master, view));
            }
        }
    }

    private void check(SimMaster master, View view) {
        long dead =
                Duration.ofMillis(view.setting(Setting.NODE_DEAD_TIMEOUT_MS)).toNanos();
        for (Node known : view.cluster().nodes()) {
            NodeFacts node = view.reports().node(known.id()).orElse(null);
            if (node == null) {
                continue;
            }
            if (node.liveness() == Liveness.DEAD) {
                long waited = node.sinceNanos() - node.heardNanos();
                // when the master ends a silent node's stream itself, that counts as heard, at the same instant or
                // later
                if (waited > 0 && waited < dead) {
                    throw cluster.world.broken(
                            "2", master + " takes node " + node.node() + " for dead too soon: " + node);
                }
            } else {
                silent(master, view, node, Math.max(SILENCE, dead));
            }
        }
    }

    /** Noticed within half the time more, and twice in a row: a master that was held up itself forgives. */
    private void silent(SimMaster master, View view, NodeFacts node, long patience) {
        String key = master.name() + " " + view.term() + " " + node.node();
        long now = cluster.world.now();
        if (!view.reports().judging() || view.nowNanos() - node.heardNanos() < patience + patience / 2 + SILENCE) {
            overdue.remove(key);
            return;
        }
        Overdue before = overdue.get(key);
        if (before == null || before.heard != node.heardNanos()) {
            overdue.put(key, new Overdue(node.heardNanos(), now));
        } else if (now - before.seenAt > patience) {
            throw cluster.world.broken(
                    "8", master + " doesn't notice that node " + node.node() + " is silent: " + node);
        }
    }
}
