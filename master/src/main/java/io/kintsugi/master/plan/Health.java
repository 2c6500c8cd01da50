package io.kintsugi.master.plan;

import io.kintsugi.master.model.Brake;
import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.repair.Gate;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.plan.repair.Rules;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * What isn't well, as the API shows it.
 *
 * @param status ok, warning or critical: the worst of the checks
 */
public record Health(String status, List<Check> checks) {
    private static final String OK = "ok";
    private static final String WARNING = "warning";
    private static final String CRITICAL = "critical";
    /** How many subjects a check names. */
    private static final int NAMED = 20;

    /**
     * Something that isn't well.
     *
     * @param level warning or critical
     * @param subjects the first of those that it is about
     */
    public record Check(String code, String level, String message, String remedy, List<String> subjects) {}

    /** @param mastersAway names of masters that don't answer */
    public static Health of(View view, Collection<String> mastersAway) {
        List<Check> checks = new ArrayList<>();
        check(
                checks,
                CRITICAL,
                "PARTITIONS_WITHOUT_PRIMARY",
                "partitions have no primary that serves",
                "partition explain says why",
                partitions(view).filter(p -> !view.served(p)).map(view::partitionName));
        check(
                checks,
                WARNING,
                "PARTITIONS_UNDER_REPLICATED",
                "partitions have fewer in-sync replicas than they should",
                "partition explain says why",
                partitions(view).filter(p -> p.inSync().size() < p.target()).map(view::partitionName));
        repairs(view, checks);
        check(
                checks,
                CRITICAL,
                Comparison.CODE,
                "partitions have replicas that don't hold the same",
                "partition explain says which is right, and what is done about it",
                partitions(view).filter(p -> Comparison.of(view, p).isPresent()).map(view::partitionName));
        brake(view, checks);
        failover(view, checks);
        check(
                checks,
                WARNING,
                "NODES_DEAD",
                "datanodes are dead",
                "start them; for good: node decommission, then node rm",
                view.cluster().nodes().stream()
                        .filter(n -> view.reports().dead(n.id()))
                        .map(n -> n.name()));
        disks(view, checks);
        check(
                checks,
                WARNING,
                "MASTERS_AWAY",
                "masters don't answer",
                "start them: one more may be too many",
                mastersAway.stream());
        ops(view, checks);
        if (!view.reports().judging()) {
            checks.add(new Check("NOT_JUDGING", WARNING, Survey.notJudging().message(), "wait", List.of()));
        }
        return of(checks);
    }

    /** Of a cluster that nobody leads. */
    public static Health leaderless(String message) {
        return of(List.of(new Check(
                "NO_LEADER", CRITICAL, message, "start masters until more than half of them run", List.of())));
    }

    private static Health of(List<Check> checks) {
        String worst =
                checks.stream().anyMatch(c -> c.level().equals(CRITICAL)) ? CRITICAL : checks.isEmpty() ? OK : WARNING;
        return new Health(worst, List.copyOf(checks));
    }

    /** Those of tables that are there, whose data nobody has given up. */
    static Stream<Partition> partitions(View view) {
        return all(view).filter(p -> !view.cluster().discarded(p.id()));
    }

    /** Those of tables that are there. */
    static Stream<Partition> all(View view) {
        return view.cluster().partitions().values().stream().filter(p -> view.cluster()
                .table(p.table())
                .filter(t -> t.droppedAt() == 0)
                .isPresent());
    }

    /** What the rules of repair find due and nobody begins. */
    private static void repairs(View view, List<Check> checks) {
        List<String> above = new ArrayList<>();
        List<String> held = new ArrayList<>();
        partitions(view).forEach(p -> Rules.first(view, p).ifPresent(repair -> {
            if (repair.alarm()) {
                above.add(view.partitionName(p));
            } else if (Gate.holds(view, p, repair, 0)
                    .filter(no -> !no.passing())
                    .isPresent()) {
                held.add(view.partitionName(p));
            }
        }));
        check(
                checks,
                CRITICAL,
                HigherEpoch.CODE,
                "partitions have a replica of a higher epoch than the masters know: nothing touches them",
                "find out what the masters have lost; partition explain names the replica",
                above.stream());
        check(
                checks,
                WARNING,
                "REPAIRS_HELD",
                "partitions need a repair that isn't begun",
                "partition explain says why",
                held.stream());
    }

    private static void failover(View view, List<Check> checks) {
        Op rescue = view.cluster().openRescue().orElse(null);
        if (rescue != null) {
            checks.add(new Check(
                    "RECOVERING_DATA",
                    WARNING,
                    "data is being recovered: nothing is replaced by itself until op " + rescue.id()
                            + " ends, and automatic failover is "
                            + (rescue.rescue().autoFailover() ? "on" : "off") + " again then",
                    "op explain " + rescue.id() + " says what it waits for; op cancel " + rescue.id()
                            + " ends it with what it has done",
                    List.of()));
        } else if (!AutoFailover.on(view)) {
            checks.add(new Check(
                    AutoFailover.OFF,
                    WARNING,
                    "automatic failover is off: no new primaries, nobody comes back, nothing is replaced by itself",
                    "cluster confset auto_failover true; until then node offline, node recover, partition change-leader",
                    List.of()));
        }
        check(
                checks,
                WARNING,
                "MEMBERS_HELD",
                "partitions have a member that is held out of service",
                "start its datanode; node recover, or partition set-alive yes, lets it in again",
                partitions(view).filter(p -> !p.away().held().isEmpty()).map(view::partitionName));
    }

    private static void brake(View view, List<Check> checks) {
        view.cluster()
                .cluster()
                .map(Cluster::brake)
                .filter(Brake::engaged)
                .ifPresent(brake -> checks.add(new Check(
                        "AUTOMATIC_WORK_STOPPED",
                        CRITICAL,
                        "the brake is engaged: " + brake.message(),
                        "look at power and network first; once what failed is back, or known to be lost: cluster release-brake",
                        List.of(brake.reason()))));
    }

    private static void disks(View view, List<Check> checks) {
        check(
                checks,
                WARNING,
                "DISKS_BROKEN",
                "disks are broken",
                "disk explain says what is done about it; mend it and disk recover, or replace or remove it once it is drained",
                view.cluster().disks().stream()
                        .filter(d -> d.present() && !view.diskWorks(d.id()))
                        .filter(d -> !view.cluster().partitionsOnDisk(d.id()).isEmpty() || d.drainOp() == 0)
                        .map(view::diskName));
        check(
                checks,
                WARNING,
                "DISKS_SUSPECT",
                "disks are slow against the others of their datanodes",
                "disk explain says how slow; disk decommission, if they are about to fail",
                view.cluster().disks().stream()
                        .filter(Disk::present)
                        .filter(d -> view.reports()
                                .disk(d.id())
                                .filter(f -> !f.suspect().isEmpty())
                                .isPresent())
                        .map(view::diskName));
        check(
                checks,
                WARNING,
                "DISKS_FULL",
                "disks are full: they take no replica, and refuse writes",
                "free space, or add disks and move partitions away",
                view.cluster().disks().stream()
                        .filter(Disk::present)
                        .filter(d -> view.reports()
                                .disk(d.id())
                                .filter(f -> f.health() == DiskFacts.Health.FULL)
                                .isPresent())
                        .map(view::diskName));
    }

    private static void ops(View view, List<Check> checks) {
        check(
                checks,
                WARNING,
                "OPS_FAILED",
                "ops have failed, and nobody has taken note of it",
                "op show says why; op acknowledge once you have seen it",
                view.cluster().ops().stream()
                        .filter(op -> op.parent() == 0 && op.status() == OpStatus.FAILED && !op.acknowledged())
                        .map(Health::name));
        Survey survey = Survey.of(view);
        List<String> stuck = new ArrayList<>();
        List<String> waiting = new ArrayList<>();
        for (Op op : view.cluster().openOps()) {
            if (op.parent() == 0) {
                switch (DrainProgress.of(view, op, survey).verdict()) {
                    case "stuck" -> stuck.add(name(op));
                    case "waiting" -> waiting.add(name(op));
                    default -> {}
                }
            }
        }
        check(
                checks,
                WARNING,
                "OPS_STUCK",
                "ops can't go on without somebody's doing something",
                "op explain",
                stuck.stream());
        check(checks, WARNING, "OPS_WAITING", "ops wait", "op explain says for what", waiting.stream());
    }

    private static String name(Op op) {
        return "op " + op.id() + " (" + op.target() + ")";
    }

    private static void check(
            List<Check> checks, String level, String code, String message, String remedy, Stream<String> subjects) {
        List<String> all = subjects.toList();
        if (!all.isEmpty()) {
            checks.add(new Check(
                    code,
                    level,
                    all.size() + " " + message,
                    remedy,
                    all.stream().limit(NAMED).toList()));
        }
    }
}
