package io.kintsugi.sim.model;

import static io.kintsugi.sim.model.Reference.unless;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Setting;

/** How partitions come to other members than by moves: repairs, and what operators ask for. */
final class RepairRules {
    private final Reference model;

    RepairRules(Reference model) {
        this.model = model;
    }

    private PartitionModel partition(int id, long epoch) {
        PartitionModel p = model.partitions.get(id);
        unless(p != null && p.epoch == epoch);
        return p;
    }

    void request(Command.RepairReplica c, Outcome outcome) {
        PartitionModel p = partition(c.partition(), c.epoch());
        unless(p.owner == 0 && !beingRepaired(p));
        unless(
                c.lost() == 0
                        ? p.members.size() < p.target
                        : p.member(c.lost()) != null && p.inSyncWithout(c.lost()) > 0);
        Rules.fits(model, p, c.lost(), c.lost(), c.toNode(), c.toDisk());
        if (!c.rule().isEmpty() && !c.rule().equals("operator")) {
            long automatic = model.ops.values().stream()
                    .filter(o -> o.repair() && o.automatic && !o.ended())
                    .count();
            unless(automatic < model.facts.settings().get(Setting.AUTO_DP_META_REPAIR_PARALLEL_CNT));
        }
        Rules.made(model, outcome);
    }

    private boolean beingRepaired(PartitionModel p) {
        return model.ops.values().stream().anyMatch(o -> o.repair() && !o.ended() && o.partition == p.id);
    }
}
