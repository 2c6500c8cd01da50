package io.kintsugi.master.plan.repair;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.view.View;

/** What rules that copy have in common. */
final class Copies {
    private Copies() {}

    /** Whether nobody else works at the partition, and there is a primary to copy from. */
    static boolean possible(View view, Partition p) {
        return p.mutex() == RestoreMutex.STOP
                && p.joining() == null
                && p.member(p.primary()).filter(view::able).isPresent()
                && view.cluster().openMoves(p.id()).stream().noneMatch(Op::isRepair);
    }

    /** Never the primary, another is elected first; nor the only one in-sync, its data may be all there is. */
    static boolean replaceable(Partition p, Member m) {
        return m.replica() != p.primary() && p.inSync().stream().anyMatch(r -> r != m.replica());
    }

    static Repair replace(View view, Partition p, Member lost, String rule, String code, String why) {
        return new Repair(
                rule,
                code,
                "the replica of " + view.partitionName(p) + " on " + view.diskName(lost.disk()) + " " + why,
                "a new replica takes its place",
                new Command.RepairReplica(p.id(), p.epoch(), lost.replica(), 0, 0, rule));
    }
}
