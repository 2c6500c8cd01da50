package io.kintsugi.sim.model;

import static io.kintsugi.sim.model.Reference.accepted;
import static io.kintsugi.sim.model.Reference.unless;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Setting;
import io.kintsugi.sim.model.OpModel.At;
import java.util.List;

/** Drains of disks and datanodes: how they begin, and how they end with their parts. */
final class DrainRules {
    private final Reference model;

    DrainRules(Reference model) {
        this.model = model;
    }

    List<OpModel> parts(OpModel of) {
        return model.ops.values().stream().filter(o -> o.parent == of.id).toList();
    }

    private boolean hasOpenParts(OpModel of) {
        return parts(of).stream().anyMatch(part -> !part.ended());
    }

    // ------------------------------------------------------------------ begin
    void disk(Command.DecommissionDisk c, Outcome outcome) {
        Disk disk = model.facts.disk(c.disk()).orElseThrow(Reference.Refused::new);
        unless(disk.drain() == DrainState.NONE && c.weight() >= 0 && c.weight() <= 100);
        boolean broken = disk.status() == DiskStatus.UNAVAILABLE;
        boolean braked = model.facts.cluster().orElseThrow().brake().engaged();
        unless(!c.automatic() || broken && !disk.trouble().leftAlone() && !braked);
        accepted(outcome);
        model.ops.put(
                outcome.value(), new OpModel(model.after.op(outcome.value()).orElseThrow()));
    }

    /** One op for the node, and one for each of its disks that is there or still holds something, and isn't drained already. */
    void node(Command.DecommissionNode c, Outcome outcome) {
        Node node = model.facts.node(c.node()).orElseThrow(Reference.Refused::new);
        unless(node.drain() == DrainState.NONE && c.weight() >= 0 && c.weight() <= 100);
        accepted(outcome);
        OpModel op = new OpModel(model.after.op(outcome.value()).orElseThrow());
        op.at = At.RUNS;
        model.ops.put(op.id, op);
        long wanted = model.facts.disksOfNode(node.id()).stream()
                .filter(d -> d.drain() == DrainState.NONE && (d.present() || holdsSomething(d.id())))
                .count();
        for (Op part : model.after.children(op.id)) {
            model.ops.put(part.id(), new OpModel(part));
        }
        unless(parts(op).size() == wanted);
        if (wanted == 0) {
            endNode(node.id());
        }
    }

    private boolean holdsSomething(int disk) {
        return model.partitions.values().stream().anyMatch(p -> p.onDisk(disk));
    }

    // ------------------------------------------------------------------ slots
    void admit(Command.AdmitDisk c) {
        OpModel op = drain(c.op(), c.revision());
        unless(!op.cancelling && !op.pausing && op.at == (c.admitted() ? At.WAITS : At.RUNS));
        if (c.admitted()) {
            int nodeset = nodesetOf(op);
            long running = model.ops.values().stream()
                    .filter(o -> o.kind == OpKind.DISK_DECOMMISSION && o.at == At.RUNS && nodesetOf(o) == nodeset)
                    .count();
            unless(running < model.facts.settings().get(Setting.DECOMMISSION_DISK_LIMIT));
        } else {
            unless(parts(op).stream().noneMatch(OpModel::owns));
        }
        op.at = c.admitted() ? At.RUNS : At.WAITS;
    }

    private int nodesetOf(OpModel drain) {
        int node = model.facts.disk(drain.disk).orElseThrow().node();
        return model.facts.node(node).orElseThrow().nodeset();
    }

    private OpModel drain(long id, long revision) {
        OpModel op = model.ops.get(id);
        unless(op != null && !op.ended() && model.facts.op(id).orElseThrow().revision() == revision);
        unless(op.kind == OpKind.DISK_DECOMMISSION);
        return op;
    }

    // ------------------------------------------------------------------ end
    void finish(Command.FinishDecommission c) {
        OpModel op = drain(c.op(), c.revision());
        unless(!hasOpenParts(op) && (!c.success() || !holdsSomething(op.disk)));
        end(op, c.success() ? At.SUCCESS : At.FAILED);
    }

    void end(OpModel drain, At how) {
        drain.become(how);
        endNode(model.facts.disk(drain.disk).orElseThrow().node());
    }

    /** A part has ended: a drain that is being cancelled ends with the last of its moves. */
    void after(OpModel move) {
        OpModel drain = model.ops.get(move.parent);
        if (drain != null && !drain.ended() && drain.cancelling && !hasOpenParts(drain)) {
            end(drain, At.CANCELLED);
        }
    }

    /** Something about a disk has changed: a drain of its node ends with the last drain of its disks, or, cancelled, of its parts. */
    void endNode(int node) {
        OpModel op = model.ops.values().stream()
                .filter(o -> o.kind == OpKind.NODE_DECOMMISSION && o.node == node && !o.ended())
                .findFirst()
                .orElse(null);
        if (op == null) {
            return;
        }
        boolean goesOn = op.cancelling
                ? hasOpenParts(op)
                : model.facts.disksOfNode(node).stream().anyMatch(d -> beingDrained(d.id()));
        if (!goesOn) {
            op.become(op.cancelling ? At.CANCELLED : left(node) ? At.FAILED : At.SUCCESS);
        }
    }

    private boolean beingDrained(int disk) {
        return model.ops.values().stream()
                .anyMatch(o -> o.kind == OpKind.DISK_DECOMMISSION && o.disk == disk && !o.ended());
    }

    /** Disks aren't modelled: what the command made of them is the product's word. */
    private boolean left(int node) {
        return model.after.disksOfNode(node).stream()
                .filter(d -> d.drain() != DrainState.DRAINED)
                .anyMatch(d -> d.present() || holdsSomething(d.id()));
    }
}
