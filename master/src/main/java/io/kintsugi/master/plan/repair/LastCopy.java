package io.kintsugi.master.plan.repair;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.plan.Salvage;
import io.kintsugi.master.view.View;
import java.util.Optional;

/** All that is left in-sync lies on a broken disk: it is read while it can be. At once, since nobody serves the partition. */
public record LastCopy() implements Rule {
    @Override
    public Optional<Repair> of(View view, Partition p) {
        boolean free = p.mutex() == RestoreMutex.STOP
                && p.joining() == null
                && view.cluster().openMoves(p.id()).stream().noneMatch(Op::isRepair);
        return !free
                ? Optional.empty()
                : Salvage.source(view, p)
                        .map(m -> new Repair(
                                name(),
                                "LAST_COPY_ON_BROKEN_DISK",
                                "all that is left in-sync of " + view.partitionName(p) + " lies on the broken disk "
                                        + view.diskName(m.disk()),
                                "it is copied from the broken disk",
                                new Command.RepairReplica(p.id(), p.epoch(), m.replica(), 0, 0, name())));
    }
}
