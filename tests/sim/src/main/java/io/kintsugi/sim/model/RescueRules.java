package io.kintsugi.sim.model;

import static io.kintsugi.sim.model.Reference.accepted;
import static io.kintsugi.sim.model.Reference.unless;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Setting;
import io.kintsugi.sim.model.OpModel.At;
import java.util.TreeSet;

/** The recovery of all data: automatic failover is off while it goes on, and what it was after it. */
final class RescueRules {
    private final Reference model;
    private final DrainRules drains;

    RescueRules(Reference model, DrainRules drains) {
        this.model = model;
        this.drains = drains;
    }

    private OpModel open() {
        return model.ops.values().stream()
                .filter(o -> o.kind == OpKind.RECOVER_DATA && !o.ended())
                .findFirst()
                .orElse(null);
    }

    /** Asked for again it is the same one, which may choose for more. */
    void begin(Command.RecoverData c, Outcome outcome) {
        unless(c.waitMillis() >= 0 && c.waitMillis() <= 30L * 86_400_000);
        accepted(outcome);
        OpModel op = open();
        if (op == null) {
            op = new OpModel(model.after.op(outcome.value()).orElseThrow());
            op.at = At.RUNS;
            op.automatic = model.facts.settings().on(Setting.AUTO_FAILOVER);
            model.ops.put(op.id, op);
        }
        unless(op.id == outcome.value());
        TreeSet<Integer> there = new TreeSet<>(c.choices());
        there.retainAll(model.partitions.keySet());
        op.choices.addAll(there);
        unless(!model.after.settings().on(Setting.AUTO_FAILOVER));
    }

    private OpModel rescue(long id, long revision) {
        OpModel op = model.ops.get(id);
        unless(op != null && !op.ended() && op.kind == OpKind.RECOVER_DATA);
        unless(model.facts.op(id).orElseThrow().revision() == revision);
        return op;
    }

    /** Once for each partition that may be chosen for. */
    void fence(Command.FenceForData c, Outcome outcome, RecoveryRules recoveries) {
        OpModel op = rescue(c.op(), c.revision());
        unless(op.choices.contains(c.partition()));
        unless(drains.parts(op).stream().noneMatch(part -> part.partition == c.partition()));
        recoveries.fence(new Command.FencePartition(c.partition(), c.epoch()), outcome);
    }

    void finish(Command.FinishRecoverData c) {
        OpModel op = rescue(c.op(), c.revision());
        unless(drains.parts(op).stream().allMatch(OpModel::ended));
        ended(op, At.SUCCESS);
    }

    /** Its parts end with it; what they have chosen stays. */
    void cancelled(OpModel op) {
        for (OpModel part : drains.parts(op)) {
            if (!part.ended()) {
                part.become(At.CANCELLED);
                model.partitions.get(part.partition).owner = 0;
            }
        }
        ended(op, At.CANCELLED);
    }

    private void ended(OpModel op, At how) {
        op.become(how);
        if (op.automatic) {
            model.partitions.values().forEach(p -> p.held.clear());
        }
        unless(model.after.settings().on(Setting.AUTO_FAILOVER) == op.automatic);
    }

    /** Of a command that sets settings: not what is to be put back. */
    void set(Command.SetSettings c) {
        boolean about = c.values().keySet().stream()
                .anyMatch(key ->
                        Setting.byKey(key).filter(Setting.AUTO_FAILOVER::equals).isPresent());
        unless(!about || open() == null);
    }
}
