package io.kintsugi.master.plan.repair;

import io.kintsugi.master.model.Brake;
import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.plan.Reason;
import io.kintsugi.master.view.View;
import java.util.List;
import java.util.Optional;

/**
 * When too much has failed at once to go on by itself: more than {@code BrakePercent} of all datanodes, or of all disks, and more than one,
 * became dead or broken within {@code BrakeWindowMs} and still are. One that came back costs nothing, unless it has died again and again.
 */
public final class BrakeRule {
    public static final String CODE = "TOO_MANY_FAILURES";
    private static final int NAMED = 10;

    private BrakeRule() {}

    /** Why the brake is to be engaged; empty when it is already, or nothing calls for it. */
    public static Optional<Reason> engages(View view) {
        Brake brake = view.cluster().cluster().map(Cluster::brake).orElse(Brake.OFF);
        if (brake.engaged() || view.setting(Setting.BRAKE_PERCENT) == 0) {
            return Optional.empty();
        }
        long from = Math.max(view.nowMillis() - view.setting(Setting.BRAKE_WINDOW_MS), brake.releasedAt() + 1);
        return nodes(view, from).or(() -> disks(view, from));
    }

    private static Optional<Reason> nodes(View view, long from) {
        List<String> dead = view.cluster().nodes().stream()
                .filter(n -> view.reports().dead(n.id()) && n.deadSince() >= from || n.flapsSince(from))
                .map(n -> n.name() + (n.flapsSince(from) ? " again and again" : ""))
                .toList();
        return tooMany(view, "datanodes died", dead, view.cluster().nodes().size());
    }

    private static Optional<Reason> disks(View view, long from) {
        List<Disk> all = view.cluster().disks().stream().filter(Disk::present).toList();
        List<String> broken = all.stream()
                .filter(d -> d.status() == DiskStatus.UNAVAILABLE && d.unavailableSince() >= from)
                .map(view::diskName)
                .toList();
        return tooMany(view, "disks broke", broken, all.size());
    }

    private static Optional<Reason> tooMany(View view, String what, List<String> failed, int all) {
        long percent = view.setting(Setting.BRAKE_PERCENT);
        if (failed.size() <= 1 || failed.size() * 100L <= percent * all) {
            return Optional.empty();
        }
        String named = String.join(", ", failed.subList(0, Math.min(NAMED, failed.size())));
        return Optional.of(Reason.of(
                CODE,
                failed.size() + " of " + all + " " + what + " within " + view.setting(Setting.BRAKE_WINDOW_MS) / 1000
                        + " s (" + named + (failed.size() > NAMED ? ", …" : "") + "), more than BrakePercent " + percent
                        + ": lost members aren't replaced, and disks not decommissioned, by themselves"));
    }
}
