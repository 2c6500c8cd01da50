package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.View;

/** Makes a disk's reported health a fact of the state. */
record DiskDriver(Proposals proposals) implements Driver {
    @Override
    public void step(View view, Dirty dirty) {
        for (int id : dirty.disks) {
            Disk disk = view.cluster().disk(id).orElse(null);
            DiskFacts facts = view.reports().disk(id).orElse(null);
            if (disk == null || facts == null) {
                continue;
            }
            boolean broken = facts.health() == DiskFacts.Health.BROKEN;
            if (broken && disk.status() == DiskStatus.NORMAL) {
                proposals.propose(
                        Subject.disk(id), new Command.SetDiskStatus(id, DiskStatus.UNAVAILABLE.wire(), facts.error()));
            } else if (!broken && disk.status() == DiskStatus.UNAVAILABLE) {
                proposals.propose(Subject.disk(id), new Command.SetDiskStatus(id, DiskStatus.NORMAL.wire(), ""));
            }
        }
    }
}
