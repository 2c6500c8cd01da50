package io.kintsugi.sim.cluster;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.view.View;
import io.kintsugi.sim.master.SimMaster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What holds of a move that evens out at the moment of its proposal, by what the leader knows (decision 0013): somebody wants it, nothing urgent
 * goes on, it keeps the rules of placement, and makes it more even. What is asked of it when it is applied, {@code StepLaws} say.
 */
final class BalanceLaws {
    private final Cluster cluster;
    /** What each master has proposed that its view doesn't show yet. */
    private final Map<String, List<Command.MoveReplica>> onTheWay = new HashMap<>();

    BalanceLaws(Cluster cluster) {
        this.cluster = cluster;
        cluster.masters.onProposal((master, command) -> {
            if (command instanceof Command.MoveReplica c && c.automatic()) {
                master.loop().view().ifPresent(view -> check(master, view, c));
            }
        });
    }

    private void check(SimMaster master, View view, Command.MoveReplica c) {
        Partition p = view.cluster().partition(c.partition()).orElseThrow();
        Member source = p.member(c.source()).orElseThrow();
        Disk to = view.cluster().disk(c.toDisk()).orElseThrow();
        must(wanted(view), "nobody asked for it", c);
        must(view.cluster().openOps().stream().noneMatch(BalanceLaws::urgent), "a drain or a repair goes first", c);
        must(!view.braked(), "the brake is engaged", c);
        must(!view.reports().differing().contains(p.id()), "its replicas differ", c);
        Evenness evenness = new Evenness(view);
        must(evenness.fits(p, source, to), "not by the rules of placement: " + p, c);
        if (view.cluster().openOps().stream().allMatch(op -> op.move() == null || op.automatic())) {
            sameLook(master, view).forEach(before -> arrived(view, evenness, before));
            must(
                    evenness.evens(p, source.disk(), to.id()),
                    "it makes nothing more even, from " + evenness.weight(source.disk()) + " to "
                            + evenness.weight(to.id()) + ", " + p,
                    c);
            sameLook(master, view).add(c);
        }
    }

    /** A look takes no time, and the next one waits for what this one proposes. */
    private List<Command.MoveReplica> sameLook(SimMaster master, View view) {
        String look = master.name() + " " + view.nowNanos();
        onTheWay.keySet().removeIf(key -> key.startsWith(master.name() + " ") && !key.equals(look));
        return onTheWay.computeIfAbsent(look, k -> new ArrayList<>());
    }

    private static void arrived(View view, Evenness evenness, Command.MoveReplica c) {
        Partition p = view.cluster().partition(c.partition()).orElseThrow();
        evenness.moved(p, p.member(c.source()).orElseThrow().disk(), c.toDisk());
    }

    private static boolean wanted(View view) {
        return view.cluster().settings().on(Setting.AUTO_BALANCE)
                || view.cluster().openOps().stream().anyMatch(op -> op.kind() == OpKind.BALANCE);
    }

    /** A drain that copies or was just asked for, and a repair that copies. */
    private static boolean urgent(Op op) {
        return switch (op.kind()) {
            case DISK_DECOMMISSION ->
                op.status() == OpStatus.RUNNING
                        || op.intent() != Intent.NONE
                        || op.status() == OpStatus.MARKED && op.reason().equals(Op.WAITING_FOR_ADMISSION);
            case REPAIR -> op.holdsToken();
            case RECOVER_DATA -> true;
            default -> false;
        };
    }

    private void must(boolean holds, String otherwise, Command.MoveReplica c) {
        if (!holds) {
            throw cluster.world.broken("balance", otherwise + ", and is proposed: " + c);
        }
    }
}
