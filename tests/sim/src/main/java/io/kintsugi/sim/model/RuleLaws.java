package io.kintsugi.sim.model;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Brake;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.plan.repair.BrakeRule;
import io.kintsugi.master.plan.repair.Gate;
import io.kintsugi.master.plan.repair.Repair;
import io.kintsugi.master.plan.repair.Rules;
import io.kintsugi.master.view.NodeFacts;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What repair by rules may and must do, said as simply as can be. */
final class RuleLaws {
    private RuleLaws() {}

    /** What is wrong with what the rules say of this view; null for nothing. */
    static String broken(View view) {
        for (Partition p : view.cluster().partitions().values()) {
            String wrong = broken(view, p);
            if (wrong != null) {
                return wrong + ", of " + p;
            }
        }
        boolean engages = BrakeRule.engages(view).isPresent();
        return engages == tooManyDead(view) ? null : "the brake " + (engages ? "engages" : "doesn't engage");
    }

    private static String broken(View view, Partition p) {
        Repair first = Rules.first(view, p).orElse(null);
        boolean above = Stream.concat(
                        p.all().stream().flatMap(m -> facts(view, m).stream()), view.reports().strays(p.id()).stream())
                .anyMatch(f -> f.epoch() > p.epoch());
        if (above != (first != null && first.alarm())) {
            return above ? "a higher epoch isn't alarmed: " + first : "alarmed for nothing: " + first;
        }
        if (above) {
            return null;
        }
        boolean differ = able(view, p.primary(), p) && p.all().stream().anyMatch(m -> storedOthers(view, p, m));
        if (differ != (first != null && first.command() instanceof Command.Elect)) {
            return differ ? "other peers aren't told: " + first : "an epoch is raised for nothing: " + first;
        }
        return first == null ? null : allowed(view, p, first);
    }

    private static String allowed(View view, Partition p, Repair first) {
        boolean right =
                switch (first.command()) {
                    case Command.Elect c ->
                        c.primary() == p.primary() && c.inSync().equals(p.inSync());
                    case Command.RepairReplica c ->
                        free(view, p) && (c.lost() == 0 ? fewer(p) : mayGo(view, p, c.lost()));
                    case Command.RemoveReplica c ->
                        free(view, p)
                                && p.members().size() > p.target()
                                && c.replica() != p.primary()
                                && goodWithout(view, p, c.replica()) >= p.target();
                    default -> false;
                };
        if (!right) {
            return "mustn't be done: " + first;
        }
        if (Gate.holds(view, p, first, 0).isPresent()) {
            return null;
        }
        boolean copies = first.command() instanceof Command.RepairReplica;
        long open = view.cluster().openRepairs().stream()
                .filter(op -> op.move().automatic())
                .count();
        boolean free =
                view.cluster().settings().text(Setting.AUTO_DP_META_REPAIR_MODE).equals("on")
                        && (!copies || open < view.setting(Setting.AUTO_DP_META_REPAIR_PARALLEL_CNT))
                        && (!view.braked() || !first.rule().equals("LostMember"));
        return free ? null : "isn't held: " + first;
    }

    private static boolean fewer(Partition p) {
        return p.members().size() < p.target();
    }

    private static boolean free(View view, Partition p) {
        return p.mutex() == RestoreMutex.STOP
                && p.joining() == null
                && able(view, p.primary(), p)
                && view.cluster().openMoves(p.id()).stream().noneMatch(Op::isRepair);
    }

    private static boolean mayGo(View view, Partition p, long lost) {
        Member m = p.member(lost).orElseThrow();
        boolean bad = facts(view, m)
                        .filter(f -> f.state() == ReplicaFacts.State.LOST || f.state() == ReplicaFacts.State.CORRUPT)
                        .isPresent()
                || view.cluster().disk(m.disk()).filter(Disk::present).isEmpty();
        long since = view.cluster().node(m.node()).orElseThrow().deadSince();
        boolean away = view.reports().judging()
                && view.reports().dead(m.node())
                && since != 0
                && view.nowMillis() - since >= RuleSearch.TIMEOUT_MS;
        return lost != p.primary() && p.inSync().stream().anyMatch(r -> r != lost) && (bad || away);
    }

    private static long goodWithout(View view, Partition p, long replica) {
        return p.inSync().stream()
                .filter(r -> r != replica)
                .filter(r -> p.member(r).filter(m -> !view.failed(m)).isPresent())
                .count();
    }

    private static boolean storedOthers(View view, Partition p, Member m) {
        Set<Long> expected = p.all().stream().map(Member::replica).collect(Collectors.toCollection(TreeSet::new));
        Optional<NodeFacts> node = view.reports().node(m.node());
        return facts(view, m)
                        .filter(f -> f.epoch() == p.epoch() && f.peers() != 0 && !f.broken())
                        .filter(f -> !new TreeSet<>(f.otherPeers()).equals(expected))
                        .isPresent()
                && node.filter(n -> n.alive() && n.connected() && n.complete()).isPresent();
    }

    private static boolean able(View view, long replica, Partition p) {
        return p.member(replica).filter(view::able).isPresent();
    }

    private static Optional<ReplicaFacts> facts(View view, Member m) {
        return view.reports().replica(m.replica());
    }

    private static boolean tooManyDead(View view) {
        Brake brake = view.cluster().cluster().orElseThrow().brake();
        long percent = view.setting(Setting.BRAKE_PERCENT);
        long window = view.nowMillis() - view.setting(Setting.BRAKE_WINDOW_MS);
        LongPredicate counts = at -> at > brake.releasedAt() && at >= window;
        long dead = view.cluster().nodes().stream()
                .filter(n -> view.reports().dead(n.id()) && counts.test(n.deadSince())
                        || n.deaths().stream().filter(counts::test).count() == 3)
                .count();
        return !brake.engaged()
                && percent > 0
                && dead > 1
                && dead * 100 > percent * view.cluster().nodes().size();
    }
}
