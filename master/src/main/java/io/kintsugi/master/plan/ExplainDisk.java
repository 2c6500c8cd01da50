package io.kintsugi.master.plan;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Why a disk is as it is: whether it takes replicas, and if it is drained what that waits for. */
public final class ExplainDisk {
    private ExplainDisk() {}

    public static Explanation of(View view, Disk d) {
        String name = view.diskName(d);
        int replicas = view.cluster().partitionsOnDisk(d.id()).size();
        List<Finding> findings = new ArrayList<>();
        if (!view.reports().judging()) {
            findings.add(Finding.of(Survey.notJudging(), "", 0));
        }
        findings.add(state(view, d, name));
        trouble(view, d, findings);
        room(view, d, name).ifPresent(findings::add);
        int incoming = view.reports().incoming(d.id());
        long limit = view.setting(Setting.INCOMING_COPIES_PER_DISK);
        findings.add(
                incoming >= limit
                        ? Finding.waits(
                                "INCOMING_COPIES_LIMIT",
                                "it takes in " + incoming + " copies, as many as it may (" + limit + ")")
                        : Finding.ok("INCOMING_COPIES", "it takes in " + incoming + " copies of at most " + limit));
        if (d.drain() == DrainState.DRAINING) {
            view.cluster().op(d.drainOp()).ifPresent(op -> findings.addAll(ExplainOp.findings(view, op)));
        } else if (d.drain() == DrainState.DRAINED) {
            findings.add(Finding.ok(
                    "DRAINED",
                    "op " + d.drainOp()
                            + " has drained it: it takes nothing new until it is recommissioned, and can be removed"));
        }
        return Explanation.of(name, name + " works and holds " + replicas + " replicas", findings);
    }

    private static Finding state(View view, Disk d, String name) {
        if (d.status() == DiskStatus.REMOVED) {
            return Finding.problem(
                    "DISK_REMOVED", name + " was removed: " + d.error(), "disk recommission takes it back");
        }
        if (d.status() == DiskStatus.GONE) {
            return Finding.problem(
                    "DISK_REPLACED",
                    "another disk is at the path of " + name + " now",
                    "none needed: its replicas are replaced");
        }
        if (!view.diskWorks(d.id())) {
            String error = d.error().isEmpty()
                    ? view.reports().disk(d.id()).map(DiskFacts::error).orElse("")
                    : d.error();
            return Finding.problem(
                    "DISK_BROKEN",
                    name + " is broken: " + error,
                    "mend it, then disk recover; disk decommission moves its replicas elsewhere");
        }
        return switch (view.reports().liveness(d.node())) {
            case DEAD -> Finding.problem("NODE_DEAD", "the datanode of " + name + " is dead", "start it");
            case UNKNOWN ->
                Finding.waits("NODE_UNKNOWN", "the datanode of " + name + " hasn't reported to this leader yet");
            case ALIVE -> Finding.ok("DISK_WORKS", name + " works");
        };
    }

    /** What is done about a broken disk, and what is suspected of one that works. */
    private static void trouble(View view, Disk d, List<Finding> findings) {
        AutoDecommission.of(view, d)
                .ifPresent(auto -> findings.add(
                        switch (auto.reason()) {
                            case "LEFT_ALONE" ->
                                Finding.problem("LEFT_ALONE", auto.message(), "disk decommission, or disk resume-auto");
                            case "AUTO_DECOMMISSION_OFF" ->
                                Finding.problem(
                                        "AUTO_DECOMMISSION_OFF",
                                        auto.message() + ": broken disks are not decommissioned by themselves",
                                        "disk decommission, or cluster set EnableAutoDecommission=true");
                            case "AUTOMATIC_WORK_STOPPED" ->
                                Finding.problem("AUTOMATIC_WORK_STOPPED", auto.message(), "cluster release-brake");
                            default -> Finding.waits(auto.reason(), auto.message() + " (" + auto.text(view) + ")");
                        }));
        if (d.trouble().recovering()) {
            findings.add(Finding.waits("RECOVERING", "its datanode is to probe it and open it anew"));
        } else if (!d.trouble().recoveryError().isEmpty() && d.unavailableSince() != 0) {
            findings.add(Finding.problem(
                    "NOT_RECOVERED",
                    "it could not be recovered: " + d.trouble().recoveryError(),
                    "mend or replace it, then disk recover"));
        }
        view.reports()
                .disk(d.id())
                .map(DiskFacts::suspect)
                .filter(why -> !why.isEmpty())
                .ifPresent(why -> findings.add(
                        Finding.problem("DISK_SUSPECT", why, "look at it; nothing is done about it by itself")));
    }

    private static Optional<Finding> room(View view, Disk d, String name) {
        return view.reports().disk(d.id()).filter(f -> f.totalBytes() > 0).map(f -> {
            String bytes = f.freeBytes() + " of " + f.totalBytes() + " bytes are free, reserve " + Rejection.reserve(f)
                    + ", headroom " + Rejection.headroom(f);
            boolean full =
                    f.health() == DiskFacts.Health.FULL || f.freeBytes() < Rejection.reserve(f) + Rejection.headroom(f);
            return full
                    ? Finding.problem("DISK_FULL", name + " takes no new replica: " + bytes, "free space or add disks")
                    : Finding.ok("ROOM", bytes);
        });
    }
}
