package io.kintsugi.master.plan.repair;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.view.View;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A member's datanode has been dead, or its disk broken, for {@code ReplicaLostTimeoutMs}: it is given up, and another takes its place. The
 * time is counted from when it became a fact of the state, so that it outlasts leaders; that it is still so, this leader must have seen itself.
 */
public record LostMember() implements Rule {
    @Override
    public Optional<Repair> of(View view, Partition p) {
        return !view.reports().judging() || !Copies.possible(view, p)
                ? Optional.empty()
                : p.members().stream()
                        .filter(m -> Copies.replaceable(p, m))
                        .filter(m -> millisLeft(view, m).orElse(1) <= 0)
                        .findFirst()
                        .map(m -> Copies.replace(view, p, m, name(), "MEMBER_LOST", why(view, m)));
    }

    private static String why(View view, Member m) {
        long seconds = view.setting(Setting.REPLICA_LOST_TIMEOUT_MS) / 1000;
        return (view.reports().dead(m.node())
                        ? "is away: its datanode has been dead"
                        : "is away: its disk has been broken")
                + " for more than " + seconds + " s (ReplicaLostTimeoutMs)";
    }

    /** Milliseconds until the member is given up; empty while its datanode lives and its disk works. */
    public static OptionalLong millisLeft(View view, Member m) {
        OptionalLong node = nodeMillisLeft(view, m.node());
        OptionalLong disk = diskMillisLeft(view, m.disk());
        return node.isPresent() && disk.isPresent()
                ? OptionalLong.of(Math.min(node.getAsLong(), disk.getAsLong()))
                : node.isPresent() ? node : disk;
    }

    /** The same of all members on a datanode. */
    public static OptionalLong nodeMillisLeft(View view, int id) {
        Optional<Node> node = view.cluster().node(id);
        return node.isPresent() && view.reports().dead(id) && node.get().deadSince() != 0
                ? left(view, node.get().deadSince())
                : OptionalLong.empty();
    }

    /** The same of all members on a disk whose datanode lives. */
    public static OptionalLong diskMillisLeft(View view, int id) {
        Optional<Disk> disk = view.cluster().disk(id);
        return disk.isPresent()
                        && disk.get().status() == DiskStatus.UNAVAILABLE
                        && !view.diskWorks(id)
                        && disk.get().unavailableSince() != 0
                ? left(view, disk.get().unavailableSince())
                : OptionalLong.empty();
    }

    private static OptionalLong left(View view, long since) {
        return OptionalLong.of(since + view.setting(Setting.REPLICA_LOST_TIMEOUT_MS) - view.nowMillis());
    }
}
