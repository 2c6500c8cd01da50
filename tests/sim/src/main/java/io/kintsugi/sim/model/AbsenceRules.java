package io.kintsugi.sim.model;

import static io.kintsugi.sim.model.Reference.accepted;
import static io.kintsugi.sim.model.Reference.unless;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.sim.model.OpModel.At;
import io.kintsugi.sim.model.PartitionModel.Place;
import java.util.List;
import java.util.TreeSet;

/** Members out of service: who is held, and how a return ends. */
final class AbsenceRules {
    private final Reference model;

    AbsenceRules(Reference model) {
        this.model = model;
    }

    void hold(Command.HoldReplica c, Outcome outcome) {
        PartitionModel p = model.partitions.get(c.partition());
        unless(p != null && p.epoch == c.epoch() && p.member(c.replica()) != null && !p.held.contains(c.replica()));
        boolean in = p.inSync.contains(c.replica());
        boolean led = p.primary == c.replica();
        unless(!in || p.owner == 0 || p.primary != 0);
        unless(!in || p.inSync.size() > 1);
        unless(!led || c.newPrimary() != c.replica() && p.inSync.contains(c.newPrimary()));
        accepted(outcome);
        made(outcome, At.SUCCESS);
        p.held.add(c.replica());
        if (in) {
            p.inSync.remove(c.replica());
            p.primary = led ? c.newPrimary() : p.primary;
            p.epoch++;
        }
    }

    void release(Command.ReleaseReplica c, Outcome outcome) {
        PartitionModel p = model.partitions.get(c.partition());
        unless(p != null && p.member(c.replica()) != null && !p.inSync.contains(c.replica()));
        unless(returning().stream().noneMatch(o -> o.partition == p.id && o.replica == c.replica()));
        accepted(outcome);
        made(outcome, At.RUNS);
        p.held.remove(c.replica());
    }

    private void made(Outcome outcome, At at) {
        OpModel op = new OpModel(model.after.op(outcome.value()).orElseThrow());
        op.at = at;
        model.ops.put(op.id, op);
    }

    private List<OpModel> returning() {
        return model.ops.values().stream()
                .filter(o -> o.kind == OpKind.REJOIN && !o.ended())
                .toList();
    }

    /** What the op let in is held again. */
    void cancelled(OpModel op) {
        op.become(At.CANCELLED);
        if (op.wasHeld) {
            model.partitions.get(op.partition).held.add(op.replica);
        }
    }

    /** Who fails while automatic failover is off stays out; turned on, it lets all in. */
    void failed(PartitionModel p, TreeSet<Long> before) {
        if (!automatic(model.facts)) {
            p.members.stream()
                    .map(Place::replica)
                    .filter(r -> before.contains(r) && !p.inSync.contains(r))
                    .forEach(p.held::add);
        }
    }

    void died(int node) {
        for (Disk disk : model.facts.disksOfNode(node)) {
            for (PartitionModel p : model.partitions.values()) {
                p.members.stream()
                        .filter(m ->
                                m.disk() == disk.id() && !automatic(model.facts) && !p.inSync.contains(m.replica()))
                        .forEach(m -> p.held.add(m.replica()));
            }
        }
    }

    void set() {
        if (!automatic(model.facts) && automatic(model.after)) {
            model.partitions.values().forEach(p -> p.held.clear());
        }
    }

    private static boolean automatic(ClusterState state) {
        return state.settings().on(Setting.AUTO_FAILOVER);
    }

    /** After each command: what isn't named any more isn't held, and returns are over where their end has come. */
    void settle() {
        for (PartitionModel p : model.partitions.values()) {
            p.held.removeIf(r -> p.inSync.contains(r) || !p.names(r));
        }
        for (OpModel op : returning()) {
            PartitionModel p = model.partitions.get(op.partition);
            if (p == null || p.member(op.replica) == null) {
                op.become(At.CANCELLED);
            } else if (p.inSync.contains(op.replica)) {
                op.become(At.SUCCESS);
            } else if (p.held.contains(op.replica)) {
                op.become(At.FAILED);
            }
        }
    }
}
