package io.kintsugi.master.plan;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.plan.repair.Repair;
import io.kintsugi.master.view.View;

/**
 * What {@code AutoFailover} lets the masters do by themselves; every driver that acts unasked asks here.
 *
 * <pre>
 * what                                            on          off                      by hand
 * another primary, or the same once restarted     at once     no, but in a recovery    change-leader, node offline, node recover
 * failed replicas leave the in-sync set           at once     at once, and are held    node offline, set-alive no
 * a primary that would go on alone                replaced    goes on                  change-leader
 * members that failed come back                   by growing  held                     node recover, set-alive yes
 * members that only lag come back                 by growing  by growing
 * lost, corrupt, differing, missing replicas      replaced    no                       add-replica, del-replica, node recover
 * broken disks                                    drained     no                       disk decommission
 * configurations are said anew, what is too many  yes         yes
 * what operators have asked for                   yes         yes
 * </pre>
 *
 * While all data is recovered it is off, but for what brings partitions back: elections go on.
 */
public final class AutoFailover {
    public static final String OFF = "AUTO_FAILOVER_OFF";

    private AutoFailover() {}

    public static boolean on(View view) {
        return view.cluster().settings().on(Setting.AUTO_FAILOVER);
    }

    /**
     * Whether a partition whose primary has failed gets one by itself. Where there is none, an op has taken it away, and its operator asked for
     * another by that; so has whoever recovers the partition by force,
     * or all data.
     */
    public static boolean elects(View view, Partition p) {
        return on(view)
                || p.primary() == 0
                || view.cluster().openRescue().isPresent()
                || view.cluster()
                        .op(p.mutexOp())
                        .filter(op -> op.kind() == OpKind.RECOVERY)
                        .isPresent();
    }

    /** Whether a repair may be begun: without automatic failover not one that replaces or adds a replica. */
    public static boolean repairs(View view, Repair repair) {
        return on(view) || repair.aside() == null && !(repair.command() instanceof Command.RepairReplica);
    }

    /** Why a partition without a primary gets none. */
    static Reason noElection(View view, Partition p) {
        String name = view.partitionName(p);
        return Reason.of(
                OFF,
                name + " has no primary that serves, and automatic failover is off: partition change-leader " + name
                        + " makes another in-sync replica primary, node recover the same one once its datanode is back");
    }
}
