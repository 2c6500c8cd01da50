package io.kintsugi.master.plan.repair;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.View;
import java.util.Optional;

/** A partition has fewer members than it should have. */
public record MissingReplica() implements Rule {
    @Override
    public Optional<Repair> of(View view, Partition p) {
        return p.members().size() < p.target() && Copies.possible(view, p)
                ? Optional.of(new Repair(
                        name(),
                        "MEMBER_MISSING",
                        view.partitionName(p) + " has " + p.members().size() + " members of " + p.target(),
                        "a replica is added",
                        new Command.RepairReplica(p.id(), p.epoch(), 0, 0, 0, name())))
                : Optional.empty();
    }
}
