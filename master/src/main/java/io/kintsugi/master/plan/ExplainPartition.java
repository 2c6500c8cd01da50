package io.kintsugi.master.plan;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RepairMode;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.plan.repair.DifferingReplica;
import io.kintsugi.master.plan.repair.Gate;
import io.kintsugi.master.plan.repair.LostMember;
import io.kintsugi.master.plan.repair.Rules;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Why a partition is as it is: whether it serves, who lags or is lost, and what its ops wait for. */
public final class ExplainPartition {
    private ExplainPartition() {}

    public static Explanation of(View view, Partition p) {
        String name = view.partitionName(p);
        List<Finding> findings = new ArrayList<>();
        if (!view.reports().judging()) {
            findings.add(Finding.of(Survey.notJudging(), "", 0));
        }
        findings.add(primary(view, p, name));
        p.all().forEach(m -> member(view, p, m).ifPresent(findings::add));
        repair(view, p).ifPresent(findings::add);
        Comparison.of(view, p).map(c -> differs(view, c)).ifPresent(findings::add);
        for (Op op : view.cluster().openMoves(p.id())) {
            findings.add(Survey.ofMove(view, op)
                    .map(r -> Finding.of(r, name(op) + " (" + op.status() + "): ", op.id()))
                    .orElseGet(() -> Finding.waits("MOVE_STEPPING", name(op) + ": its next step is on its way")));
        }
        Optional<Op> recovery = view.cluster().op(p.mutexOp()).filter(op -> op.recovery() != null);
        recovery.ifPresent(op -> findings.add(Survey.ofRecovery(view, op)
                .map(r -> Finding.of(r, "recovery " + op.id() + ": ", op.id()))
                .orElseGet(() ->
                        Finding.waits("MOVE_STEPPING", "recovery " + op.id() + ": its next step is on its way"))));
        if (p.mutex() == RestoreMutex.RUNNING && recovery.isEmpty()) {
            findings.add(Finding.waits("REPAIR_RUNNING", "repair owns it by op " + p.mutexOp()));
        }
        if (p.members().size() < p.target()) {
            findings.add(Finding.problem(
                    "TOO_FEW_MEMBERS",
                    name + " has " + p.members().size() + " members of " + p.target(),
                    "look at its members' disks and datanodes"));
        }
        return Explanation.of(
                name, name + " is well: " + p.inSync().size() + " of " + p.target() + " replicas in-sync", findings);
    }

    private static String name(Op op) {
        return (op.isRepair() ? "repair " : "move ") + op.id();
    }

    private static Finding primary(View view, Partition p, String name) {
        if (view.served(p)) {
            return Finding.ok("SERVED", "its primary on " + where(view, p, p.primary()) + " serves epoch " + p.epoch());
        }
        if (!Elections.primaryFailed(view, p)) {
            return Finding.waits(
                    "PRIMARY_TO_CONFIRM",
                    "its primary on " + where(view, p, p.primary()) + " has still to report that it serves epoch "
                            + p.epoch());
        }
        if (Elections.candidate(view, p, 0).isPresent() && !AutoFailover.elects(view, p)) {
            return Finding.of(AutoFailover.noElection(view, p), "", 0);
        }
        return Elections.candidate(view, p, 0).isPresent()
                ? Finding.waits("ELECTING", name + " gets another primary now")
                : Finding.of(Elections.offline(view, p), "", 0);
    }

    private static String where(View view, Partition p, long replica) {
        return p.member(replica).map(m -> view.diskName(m.disk())).orElse("no disk");
    }

    private static Optional<Finding> member(View view, Partition p, Member m) {
        String where = "the replica on " + view.diskName(m.disk());
        boolean joins = p.joining() != null && p.joining().replica() == m.replica();
        Optional<ReplicaFacts> facts = view.reports().replica(m.replica());
        if (p.isInSync(m.replica()) && view.able(m)) {
            return facts.flatMap(ReplicaFacts::unreadableData)
                    .map(why -> Finding.problem(
                            "DATA_UNREADABLE",
                            where + " can't read some of what it has, and nobody else has it: " + why,
                            Remedies.of("DATA_UNREADABLE", 0)));
        }
        if (p.isHeld(m.replica()) && !view.failed(m)) {
            return Optional.of(Finding.problem(
                    "MEMBER_HELD",
                    where + " is held out of service",
                    "node recover " + view.nodeName(m.node()) + ", or partition set-alive " + view.partitionName(p)
                            + " " + view.nodeName(m.node()) + " yes"));
        }
        if (view.reports().dead(m.node())) {
            return Optional.of(Finding.problem(
                    "MEMBER_DEAD", where + ": its datanode is dead" + until(view, m), "start the datanode"));
        }
        if (!view.diskWorks(m.disk())) {
            return Optional.of(Finding.problem(
                    "MEMBER_DISK_BROKEN",
                    where + ": the disk is broken or gone" + until(view, m),
                    "disk decommission moves it elsewhere"));
        }
        if (facts.filter(ReplicaFacts::broken).isPresent()) {
            return Optional.of(Finding.problem(
                    "MEMBER_LOST",
                    where + " is " + facts.get().state() + ": " + facts.get().detail(),
                    "none needed while another is in-sync: it is replaced"));
        }
        if (facts.isEmpty()) {
            return Optional.of(Finding.waits("MEMBER_SILENT", where + " hasn't reported to this leader"));
        }
        Optional<String> unreadable = facts.get().unreadableCopy();
        if (unreadable.isPresent()) {
            return Optional.of(Finding.problem(
                    "COPY_UNREADABLE",
                    where + " refused a copy: " + unreadable.get(),
                    Remedies.of("COPY_UNREADABLE", 0)));
        }
        return joins
                ? Optional.empty()
                : Optional.of(Finding.waits("CATCHING_UP", where + " isn't in-sync: it catches up"));
    }

    private static String until(View view, Member m) {
        OptionalLong left = LostMember.millisLeft(view, m);
        return left.isEmpty()
                        || left.getAsLong() <= 0
                        || RepairMode.of(view.cluster().settings()) != RepairMode.ON
                        || !AutoFailover.on(view)
                ? ""
                : "; another takes its place in " + (left.getAsLong() + 999) / 1000 + " s";
    }

    /** What replicas hold isn't the same: who is right, if anybody can say, and what is done about it. */
    private static Finding differs(View view, Comparison c) {
        String message = c.message(view);
        if (!c.confirmed()) {
            return view.reports().counting(c.partition().id())
                    ? Finding.waits("REPLICAS_COUNTED_AGAIN", message + "; they are counted again, to be sure")
                    : Finding.problem(
                            Comparison.CODE,
                            message + "; one count alone may have been misread",
                            "partition verify " + view.partitionName(c.partition()));
        }
        if (c.majority().isEmpty()) {
            return Finding.problem(
                    Comparison.CODE,
                    message + "; nobody can say which is right, so nothing is touched",
                    "find out which is right, then partition del-replica " + view.partitionName(c.partition())
                            + " NODE --lower for the other, and partition reset-target: it is copied anew");
        }
        if (DifferingReplica.many(view)) {
            return Finding.problem(
                    Comparison.CODE,
                    message + "; so many partitions differ that nothing is done by itself",
                    "look for the cause first: memory of a datanode, versions that don't go together");
        }
        return Finding.problem(
                Comparison.CODE,
                message + "; the majority is right",
                RepairMode.of(view.cluster().settings()) == RepairMode.ON
                        ? "none needed: what holds something else is set aside and copied anew"
                        : "cluster set AutoDpMetaRepairMode=on has what holds something else copied anew");
    }

    /** What the rules find due, and why it isn't begun. */
    private static Optional<Finding> repair(View view, Partition p) {
        return Rules.first(view, p).map(repair -> {
            if (repair.alarm()) {
                return Finding.problem(
                        repair.reason(),
                        repair.message() + "; " + repair.action(),
                        "find out what the masters have lost: was an old backup of the metadata restored?");
            }
            return Gate.holds(view, p, repair, 0)
                    .map(no -> Finding.of(no, repair.rule() + ": ", 0))
                    .orElseGet(() -> Finding.waits(
                            "REPAIR_DUE", repair.rule() + ": " + repair.message() + ": " + repair.action()));
        });
    }
}
