package io.kintsugi.sim.model;

import static io.kintsugi.sim.model.Reference.accepted;
import static io.kintsugi.sim.model.Reference.unless;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.sim.model.OpModel.At;
import io.kintsugi.sim.model.PartitionModel.Place;

/** Forced recovery (DESIGN section 6, rule 18): fence, choose, done. */
final class RecoveryRules {
    private final Reference model;
    private final DrainRules drains;

    RecoveryRules(Reference model, DrainRules drains) {
        this.model = model;
        this.drains = drains;
    }

    /** Who joins stays as a member; the move that brought it waits, or ends as it was asked to. */
    void fence(Command.FencePartition c, Outcome outcome) {
        PartitionModel p = model.partitions.get(c.partition());
        unless(p != null && p.epoch == c.epoch());
        OpModel owner = model.ops.get(p.owner);
        unless(owner == null || owner.kind != OpKind.RECOVERY);
        accepted(outcome);
        boolean salvaged = p.salvaged();
        if (owner != null) {
            boolean swapped = owner.at == At.SWAPPED;
            At next = owner.cancelling ? At.CANCELLED : owner.pausing ? At.PAUSED : At.WAITS;
            owner.become(swapped ? At.SUCCESS : next);
            if (owner.ended()) {
                drains.after(owner);
            }
        }
        OpModel op = new OpModel(model.after.op(outcome.value()).orElseThrow());
        op.at = At.RUNS;
        model.ops.put(op.id, op);
        if (p.joining != null && !salvaged) {
            admit(p, p.joining);
        }
        p.joining = null;
        p.leaving = 0;
        p.primary = 0;
        p.owner = op.id;
        p.epoch++;
    }

    /** Of two on one datanode the joining one goes, unless it is in-sync and nobody better is there. */
    private void admit(PartitionModel p, Place joining) {
        Place other = p.members.stream()
                .filter(m -> m.node() == joining.node())
                .findFirst()
                .orElse(null);
        boolean bad = model.facts.disk(joining.disk()).orElseThrow().status() != DiskStatus.NORMAL;
        if (other == null) {
            p.members.add(joining);
        } else if (!p.inSync.contains(joining.replica()) || bad && p.inSync.contains(other.replica())) {
            p.inSync.remove(joining.replica());
        } else {
            p.members.set(p.members.indexOf(other), joining);
            p.inSync.remove(other.replica());
        }
    }

    private OpModel recovery(long id, long revision) {
        OpModel op = model.ops.get(id);
        unless(op != null && !op.ended() && op.kind == OpKind.RECOVERY);
        unless(model.facts.op(id).orElseThrow().revision() == revision);
        return op;
    }

    void choose(Command.ChooseSurvivor c) {
        OpModel op = recovery(c.op(), c.revision());
        PartitionModel p = model.partitions.get(op.partition);
        unless(c.partition() == p.id && c.epoch() == p.epoch);
        unless(p.primary == 0 && !op.chosen && !p.inSync.contains(c.replica()));
        Place survivor = p.member(c.replica());
        if (survivor == null) {
            unless(c.replica() <= p.forcedUpTo && c.replica() != p.survivor);
            Disk disk = model.facts.disk(c.disk()).orElseThrow(Reference.Refused::new);
            unless(disk.drain() != DrainState.DRAINED
                    && model.facts.node(disk.node()).orElseThrow().drain() != DrainState.DRAINED);
            survivor = new Place(c.replica(), disk.node(), disk.id());
        }
        p.members.clear();
        p.members.add(survivor);
        p.inSync.clear();
        p.inSync.add(c.replica());
        p.primary = c.replica();
        p.survivor = c.replica();
        p.forcedUpTo = model.after.partition(p.id).orElseThrow().forced().upTo();
        p.epoch++;
        op.chosen = true;
    }

    void finish(Command.FinishRecovery c) {
        OpModel op = recovery(c.op(), c.revision());
        PartitionModel p = model.partitions.get(op.partition);
        unless(p.primary != 0);
        p.owner = 0;
        op.become(At.SUCCESS);
    }
}
