package io.kintsugi.sim.model;

import static io.kintsugi.sim.model.Reference.accepted;
import static io.kintsugi.sim.model.Reference.unless;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.model.WireEnum;
import io.kintsugi.sim.model.OpModel.At;
import io.kintsugi.sim.model.PartitionModel.Place;
import java.util.List;
import java.util.TreeSet;

/** What each command does, said as simply as can be (DESIGN sections 4 and 6). All checks of a command come before its first change. */
final class Rules {
    private final Reference model;
    private final DrainRules drains;
    private final VerbRules verbs;
    private final RepairRules repairs;
    private final RecoveryRules recoveries;
    private final AbsenceRules absences;
    private final RescueRules rescues;

    Rules(Reference model) {
        this.model = model;
        this.drains = new DrainRules(model);
        this.verbs = new VerbRules(model, drains);
        this.repairs = new RepairRules(model);
        this.recoveries = new RecoveryRules(model, drains);
        this.absences = new AbsenceRules(model);
        this.rescues = new RescueRules(model, drains);
    }

    /**
     * Whether it is accepted, changing the model if so; refusals may come as an exception too. What the model doesn't know of is taken over
     * from the product.
     */
    boolean apply(Command command, Outcome outcome) {
        boolean accepted = carryOut(command, outcome);
        absences.settle();
        return accepted;
    }

    private boolean carryOut(Command command, Outcome outcome) {
        switch (command) {
            case Command.ChangeInSync c -> changeInSync(c);
            case Command.Elect c -> elect(c);
            case Command.RepairReplica c -> repairs.request(c, outcome);
            case Command.AddReplica c -> repairs.add(c, outcome);
            case Command.RemoveReplica c -> repairs.remove(c);
            case Command.ResetTarget c -> repairs.reset(c);
            case Command.MoveReplica c -> request(c, outcome);
            case Command.AdmitMove c -> admit(c, outcome);
            case Command.ReadmitMove c -> readmit(c);
            case Command.StartMove c -> start(c, outcome);
            case Command.StartSalvage c -> startSalvage(c, outcome);
            case Command.SwapSalvaged c -> swapSalvaged(c);
            case Command.SwapMove c -> swap(c);
            case Command.FinishMove c -> finish(c);
            case Command.EndAttempt c -> endAttempt(c);
            case Command.FencePartition c -> recoveries.fence(c, outcome);
            case Command.ChooseSurvivor c -> recoveries.choose(c);
            case Command.FinishRecovery c -> recoveries.finish(c);
            case Command.DecommissionDisk c -> drains.disk(c, outcome);
            case Command.DecommissionNode c -> drains.node(c, outcome);
            case Command.AdmitDisk c -> drains.admit(c);
            case Command.FinishDecommission c -> drains.finish(c);
            case Command.StartBalance c -> BalanceRules.start(model, outcome);
            case Command.FinishBalance c -> BalanceRules.finish(model, op(c.op(), c.revision()), c.success());
            case Command.HoldReplica c -> absences.hold(c, outcome);
            case Command.ReleaseReplica c -> absences.release(c, outcome);
            case Command.RecoverData c -> rescues.begin(c, outcome);
            case Command.FenceForData c -> rescues.fence(c, outcome, recoveries);
            case Command.FinishRecoverData c -> rescues.finish(c);
            case Command.CancelOp c -> verbs.cancel(c.op());
            case Command.PauseOp c -> verbs.pause(c.op(), c.now());
            case Command.ResumeOp c -> verbs.resume(c.op());
            case Command.AcknowledgeOp c ->
                unless(model.ops.containsKey(c.op()) && model.ops.get(c.op()).ended());
            case Command.DeleteOps c -> verbs.delete(c.ops());
            case Command.SetDiskStatus c -> {
                return status(c, outcome);
            }
            case Command.RecoverDisk c -> broken(c.disk());
            case Command.ResumeAutoDecommission c -> {
                Disk disk = broken(c.disk());
                unless(disk.trouble().leftAlone() || disk.trouble().failures() > 0);
            }
            case Command.FailRecovery c -> {
                Disk disk = model.facts.disk(c.disk()).orElseThrow(Reference.Refused::new);
                unless(disk.trouble().recovering() && disk.trouble().recovery() == c.recovery());
            }
            case Command.NoteOp c -> {
                op(c.op(), c.revision());
                unless(c.bytesDone() >= 0 && c.bytesDone() <= c.bytesTotal());
            }
            default -> {
                return other(command, outcome);
            }
        }
        return true;
    }

    private Disk broken(int id) {
        Disk disk = model.facts.disk(id).orElseThrow(Reference.Refused::new);
        unless(disk.status() == DiskStatus.UNAVAILABLE);
        return disk;
    }

    /** What the master decommissions by itself because a disk is broken is cancelled when the disk works again. */
    private boolean status(Command.SetDiskStatus c, Outcome outcome) {
        if (outcome.accepted() && c.status() == DiskStatus.NORMAL.wire()) {
            Disk disk = model.facts.disk(c.disk()).orElseThrow(Reference.Refused::new);
            boolean nodeStays = model.facts.node(disk.node()).orElseThrow().drain() == DrainState.NONE;
            model.facts
                    .op(disk.drainOp())
                    .filter(op -> nodeStays && op.automatic() && !op.ended())
                    .ifPresent(op -> verbs.cancel(op.id()));
        }
        return outcome.accepted();
    }

    private boolean other(Command command, Outcome outcome) {
        if (command instanceof Command.SetSettings set) {
            rescues.set(set);
        }
        if (outcome.accepted()) {
            model.after.partitions().values().forEach(p -> model.partitions.putIfAbsent(p.id(), new PartitionModel(p)));
            if (command instanceof Command.NoteNodeDead noted && noted.dead()) {
                absences.died(noted.node());
            }
            if (command instanceof Command.SetSettings) {
                absences.set();
            }
            if (command instanceof Command.PurgeTable purge) {
                purged(purge.table());
            }
            if (command instanceof Command.RemoveDisk removed) {
                model.facts.disk(removed.disk()).ifPresent(d -> drains.endNode(d.node()));
            }
        }
        return outcome.accepted();
    }

    private void purged(int table) {
        for (PartitionModel p : List.copyOf(model.partitions.values())) {
            if (p.table == table) {
                for (OpModel move : List.copyOf(model.ops.values())) {
                    if (move.partition == p.id && !move.ended()) {
                        move.become(At.CANCELLED);
                        drains.after(move);
                    }
                }
                model.partitions.remove(p.id);
            }
        }
    }

    // ------------------------------------------------------------------ configurations
    private PartitionModel partition(int id, long epoch) {
        PartitionModel p = model.partitions.get(id);
        unless(p != null && p.epoch == epoch);
        return p;
    }

    private OpModel op(long id, long revision) {
        OpModel op = model.ops.get(id);
        unless(op != null && !op.ended() && model.facts.op(id).orElseThrow().revision() == revision);
        return op;
    }

    private OpModel move(long id, long revision) {
        OpModel op = op(id, revision);
        unless(op.move());
        return op;
    }

    private void changeInSync(Command.ChangeInSync c) {
        PartitionModel p = partition(c.partition(), c.epoch());
        unless(c.primary() != 0 && c.primary() == p.primary && c.inSync().contains(p.primary));
        unless(c.inSync().stream().noneMatch(p.held::contains));
        become(p, c.inSync(), p.primary);
    }

    private void elect(Command.Elect c) {
        PartitionModel p = partition(c.partition(), c.epoch());
        unless(p.inSync.containsAll(c.inSync()) && c.inSync().contains(c.primary()));
        boolean salvaged = p.salvaged();
        TreeSet<Long> before = new TreeSet<>(p.inSync);
        become(p, c.inSync(), c.primary());
        absences.failed(p, before);
        if (salvaged) {
            p.joining = null;
            p.leaving = 0;
            OpModel op = model.ops.get(p.owner);
            p.owner = 0;
            op.become(op.cancelling ? At.CANCELLED : op.pausing ? At.PAUSED : At.WAITS);
            drains.after(op);
        }
    }

    private static void become(PartitionModel p, List<Long> inSync, long primary) {
        unless(new TreeSet<>(inSync).size() == inSync.size() && inSync.stream().allMatch(p::names));
        p.inSync.clear();
        p.inSync.addAll(inSync);
        p.primary = primary;
        p.epoch++;
    }

    static Disk placeable(Reference model, int id) {
        Disk disk = model.facts.disk(id).orElseThrow(Reference.Refused::new);
        Node node = model.facts.node(disk.node()).orElseThrow();
        unless(node.drain() == DrainState.NONE
                && disk.status() == DiskStatus.NORMAL
                && disk.drain() == DrainState.NONE);
        return disk;
    }

    // ------------------------------------------------------------------ moves
    private void request(Command.MoveReplica c, Outcome outcome) {
        PartitionModel p = model.partitions.get(c.partition());
        unless(p != null && c.weight() >= 0 && c.weight() <= 100 && p.member(c.source()) != null);
        unless(!model.ops.containsKey(p.owner) || model.ops.get(p.owner).kind != OpKind.RECOVERY);
        unless(model.ops.values().stream()
                .noneMatch(o -> o.move() && !o.ended() && o.partition == p.id && o.source == c.source()));
        unless(p.owner == 0 || !model.ops.get(p.owner).repair());
        fits(model, p, c.source(), 0, c.toNode(), c.toDisk());
        if (c.automatic()) {
            BalanceRules.mayMove(model, p, c);
        }
        made(model, outcome);
    }

    /** @param there a replica whose disk will do, or 0 */
    static void fits(Reference model, PartitionModel p, long source, long there, int toNode, int toDisk) {
        if (toNode != 0) {
            Node node = model.facts.node(toNode).orElseThrow(Reference.Refused::new);
            unless(node.drain() == DrainState.NONE && !p.onNode(node.id(), source));
        }
        if (toDisk != 0) {
            Disk disk = placeable(model, toDisk);
            unless(!p.onDisk(disk.id(), there) && !p.onNode(disk.node(), source));
            unless(toNode == 0 || toNode == disk.node());
        }
    }

    static OpModel made(Reference model, Outcome outcome) {
        accepted(outcome);
        OpModel op = new OpModel(model.after.op(outcome.value()).orElseThrow());
        model.ops.put(op.id, op);
        return op;
    }

    private void admit(Command.AdmitMove c, Outcome outcome) {
        OpModel drain = runningDrain(c.parent());
        PartitionModel p = partition(c.partition(), c.epoch());
        Place source = p.member(c.source());
        unless(p.owner == 0 && source != null && source.disk() == drain.disk);
        boolean open = false;
        OpModel last = null;
        for (OpModel o : model.ops.values()) {
            if (o.move() && o.parent == drain.id && o.partition == p.id) {
                open |= !o.ended();
                last = o.ended() ? o : last;
            }
        }
        unless(!open && (last == null || last.at == At.SUCCESS));
        unless(tokens(nodeset(source.node())) < limit(Setting.DECOMMISSION_DP_LIMIT));
        OpModel op = made(model, outcome);
        op.at = At.PREPARED;
        p.owner = op.id;
    }

    private OpModel runningDrain(long id) {
        OpModel drain = model.ops.get(id);
        unless(drain != null
                && drain.kind == OpKind.DISK_DECOMMISSION
                && drain.at == At.RUNS
                && !drain.cancelling
                && !drain.pausing);
        return drain;
    }

    private int nodeset(int node) {
        return model.facts.node(node).orElseThrow().nodeset();
    }

    private long limit(Setting setting) {
        return model.facts.settings().get(setting);
    }

    private long tokens(int nodeset) {
        return model.ops.values().stream()
                .filter(o -> o.move() && o.owns())
                .filter(o -> model.facts.op(o.id).orElseThrow().move().nodeset() == nodeset)
                .count();
    }

    private void readmit(Command.ReadmitMove c) {
        OpModel op = move(c.op(), c.revision());
        unless(op.at == At.WAITS && c.partition() == op.partition);
        if (op.parent != 0) {
            runningDrain(op.parent);
        }
        PartitionModel p = partition(c.partition(), c.epoch());
        unless(p.owner == 0 && sourceThere(op, p));
        int nodeset = model.facts.op(op.id).orElseThrow().move().nodeset();
        unless(tokens(nodeset) < limit(Setting.DECOMMISSION_DP_LIMIT));
        op.at = At.PREPARED;
        p.owner = op.id;
    }

    /** What a repair is to add must be missing. */
    private static boolean sourceThere(OpModel op, PartitionModel p) {
        return op.source == 0 ? p.members.size() < p.target : p.member(op.source) != null;
    }

    private void start(Command.StartMove c, Outcome outcome) {
        OpModel op = move(c.op(), c.revision());
        unless(op.at == At.PREPARED && c.partition() == op.partition);
        PartitionModel p = partition(c.partition(), c.epoch());
        unless(p.primary != 0);
        added(op, p, c.disk(), outcome);
    }

    /** Of what only a broken disk has; until somebody has it, nobody is primary. */
    private void startSalvage(Command.StartSalvage c, Outcome outcome) {
        OpModel op = move(c.op(), c.revision());
        unless(op.at == At.PREPARED && c.partition() == op.partition);
        PartitionModel p = partition(c.partition(), c.epoch());
        Place source = p.member(op.source);
        unless(source != null && p.inSync.contains(op.source));
        broken(source.disk());
        added(op, p, c.disk(), outcome);
        p.primary = 0;
    }

    private void swapSalvaged(Command.SwapSalvaged c) {
        OpModel op = move(c.op(), c.revision());
        unless(op.at == At.ADDED && c.partition() == op.partition);
        PartitionModel p = partition(c.partition(), c.epoch());
        unless(p.salvaged());
        p.members.set(p.members.indexOf(p.member(op.source)), p.joining);
        p.inSync.clear();
        p.inSync.add(op.destination);
        p.primary = op.destination;
        p.joining = null;
        p.leaving = 0;
        p.epoch++;
        op.at = At.SWAPPED;
    }

    private void added(OpModel op, PartitionModel p, int to, Outcome outcome) {
        unless(sourceThere(op, p));
        Disk disk = placeable(model, to);
        unless(!p.onNode(disk.node(), op.source) && !p.onDisk(disk.id(), op.repair() ? op.source : 0));
        unless((op.toDisk == 0 || op.toDisk == disk.id()) && (op.toNode == 0 || op.toNode == disk.node()));
        long incoming = model.partitions.values().stream()
                .filter(o -> o.joining != null && o.joining.disk() == disk.id())
                .count();
        unless(incoming < limit(Setting.INCOMING_COPIES_PER_DISK));
        op.noted = p.inSync.size();
        op.at = At.ADDED;
        op.destination = outcome.value();
        p.joining = new Place(outcome.value(), disk.node(), disk.id());
        p.leaving = op.source;
        p.epoch++;
    }

    private void swap(Command.SwapMove c) {
        OpModel op = move(c.op(), c.revision());
        unless(op.at == At.ADDED && c.partition() == op.partition);
        PartitionModel p = partition(c.partition(), c.epoch());
        unless(p.inSync.contains(op.destination) && p.primary != op.source && verbs.swapKeeps(op, p));
        if (op.source == 0) {
            p.members.add(p.joining);
        } else {
            p.members.set(p.members.indexOf(p.member(op.source)), p.joining);
        }
        p.inSync.remove(op.source);
        p.joining = null;
        p.leaving = 0;
        p.epoch++;
        op.at = At.SWAPPED;
    }

    private void finish(Command.FinishMove c) {
        OpModel op = move(c.op(), c.revision());
        unless(op.at == At.SWAPPED);
        model.partitions.get(op.partition).owner = 0;
        op.become(At.SUCCESS);
        drains.after(op);
    }

    private static boolean mended(OpModel op, PartitionModel p) {
        return op.source == 0
                ? p.members.size() >= p.target
                : p.inSync.contains(op.source) || p.member(op.source) == null;
    }

    private void endAttempt(Command.EndAttempt c) {
        OpModel op = move(c.op(), c.revision());
        unless(!c.reason().isBlank());
        AttemptEnd end = WireEnum.of(AttemptEnd.class, c.end());
        unless(op.owns() || end == AttemptEnd.HOPELESS || end == AttemptEnd.NEEDLESS);
        unless(end != AttemptEnd.NEEDLESS || op.repair() && mended(op, model.partitions.get(op.partition)));
        unless(end != AttemptEnd.STOP || op.cancelling || op.pausing);
        unless(op.at != At.SWAPPED && verbs.droppable(op));
        op.failures += end == AttemptEnd.FAILURE ? 1 : 0;
        op.rollbacks += end == AttemptEnd.ROLLBACK ? 1 : 0;
        boolean over = end == AttemptEnd.HOPELESS
                || !op.automatic && op.failures > limit(Setting.DECOMMISSION_RETRY_LIMIT) && end == AttemptEnd.FAILURE
                || !op.automatic
                        && op.rollbacks > limit(Setting.DECOMMISSION_ROLLBACK_LIMIT)
                        && end == AttemptEnd.ROLLBACK;
        At next = op.cancelling || end == AttemptEnd.NEEDLESS
                ? At.CANCELLED
                : op.pausing ? At.PAUSED : over ? At.FAILED : At.WAITS;
        verbs.takeBack(op, next);
    }
}
