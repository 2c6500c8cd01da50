package io.kintsugi.sim.model;

import static io.kintsugi.sim.model.Reference.unless;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Setting;
import io.kintsugi.sim.model.OpModel.At;

/** Evening out: one pass at a time, and what the master asks of its own moves. */
final class BalanceRules {
    private BalanceRules() {}

    static void start(Reference model, Outcome outcome) {
        unless(model.ops.values().stream().noneMatch(o -> o.kind == OpKind.BALANCE && !o.ended()));
        Rules.made(model, outcome).at = At.RUNS;
    }

    static void finish(Reference model, OpModel op, boolean success) {
        unless(op.kind == OpKind.BALANCE);
        op.become(success ? At.SUCCESS : At.FAILED);
    }

    /** Whole, nobody at work on it, neither disk being emptied, and few at a time. */
    static void mayMove(Reference model, PartitionModel p, Command.MoveReplica c) {
        unless(!model.facts.cluster().orElseThrow().brake().engaged() && c.toDisk() != 0);
        unless(p.owner == 0
                && model.ops.values().stream().noneMatch(o -> o.move() && !o.ended() && o.partition == p.id));
        unless(p.members.size() == p.target && p.inSync.size() == p.members.size());
        Rules.placeable(model, p.member(c.source()).disk());
        long open =
                model.ops.values().stream().filter(o -> o.evens && !o.ended()).count();
        unless(open < model.facts.settings().get(Setting.BALANCE_LIMIT));
    }
}
