package io.kintsugi.sim.model;

import static io.kintsugi.sim.model.Reference.unless;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.model.Table;
import io.kintsugi.sim.model.PartitionModel.Place;

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
                        : p.member(c.lost()) != null && (p.inSyncWithout(c.lost()) > 0 || onBrokenDisk(p, c.lost())));
        Rules.fits(model, p, c.lost(), c.lost(), c.toNode(), c.toDisk());
        if (!c.rule().isEmpty() && !c.rule().equals("operator")) {
            boolean braked = model.facts.cluster().orElseThrow().brake().engaged();
            unless(model.facts.settings().text(Setting.AUTO_DP_META_REPAIR_MODE).equals("on"));
            unless(model.facts
                    .settings()
                    .text(Setting.ENABLE_AUTO_DP_META_REPAIR)
                    .equals("true"));
            unless(model.facts.settings().on(Setting.AUTO_FAILOVER));
            unless(!braked || !c.rule().equals("LostMember") && !c.rule().equals("LastCopy"));
            long automatic = model.ops.values().stream()
                    .filter(o -> o.repair() && o.automatic && !o.ended())
                    .count();
            unless(automatic < model.facts.settings().get(Setting.AUTO_DP_META_REPAIR_PARALLEL_CNT));
        }
        Rules.made(model, outcome);
    }

    private boolean onBrokenDisk(PartitionModel p, long replica) {
        return p.inSync.contains(replica)
                && model.facts
                        .disk(p.member(replica).disk())
                        .filter(d -> d.status() == DiskStatus.UNAVAILABLE)
                        .isPresent();
    }

    void add(Command.AddReplica c, Outcome outcome) {
        PartitionModel p = model.partitions.get(c.partition());
        unless(p != null && p.owner == 0 && !beingRepaired(p) && p.members.size() < 5);
        Rules.fits(model, p, 0, 0, c.toNode(), c.toDisk());
        Rules.made(model, outcome);
        if (p.members.size() >= p.target) {
            p.target = p.members.size() + 1;
        }
    }

    void remove(Command.RemoveReplica c) {
        PartitionModel p = partition(c.partition(), c.epoch());
        Place place = p.member(c.replica());
        unless(p.owner == 0 && place != null);
        boolean tooMany = p.members.size() > p.target;
        int target = tooMany ? p.target : p.target - 1;
        unless(tooMany || c.lower() && target >= table(p).minInSync());
        int left = p.inSyncWithout(c.replica());
        unless(left > 0 && (left == p.inSync.size() || left >= target));
        if (p.primary == c.replica()) {
            unless(c.newPrimary() != c.replica() && p.inSync.contains(c.newPrimary()));
            p.primary = c.newPrimary();
        }
        p.members.remove(place);
        p.inSync.remove(c.replica());
        p.target = target;
        p.epoch++;
    }

    void reset(Command.ResetTarget c) {
        PartitionModel p = model.partitions.get(c.partition());
        unless(p != null && p.target != table(p).replicas());
        p.target = table(p).replicas();
    }

    private Table table(PartitionModel p) {
        return model.facts.table(p.table).orElseThrow();
    }

    private boolean beingRepaired(PartitionModel p) {
        return model.ops.values().stream().anyMatch(o -> o.repair() && !o.ended() && o.partition == p.id);
    }
}
