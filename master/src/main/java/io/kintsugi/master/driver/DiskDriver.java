package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.View;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.RecoverDisk;
import java.time.Duration;

/** Makes a disk's reported health a fact of the state, and has its datanode recover it when an operator says so. */
record DiskDriver(Actions actions) implements Driver {
    private static final Duration ASK_AGAIN = Duration.ofSeconds(2);

    @Override
    public void step(View view, Dirty dirty) {
        for (int id : dirty.disks) {
            Disk disk = view.cluster().disk(id).orElse(null);
            DiskFacts facts = view.reports().disk(id).orElse(null);
            if (disk != null && facts != null) {
                look(view, disk, facts);
            }
        }
    }

    private void look(View view, Disk disk, DiskFacts facts) {
        boolean broken = facts.health() == DiskFacts.Health.BROKEN;
        if (broken && disk.status() == DiskStatus.NORMAL) {
            actions.propose(
                    Subject.disk(disk.id()),
                    new Command.SetDiskStatus(disk.id(), DiskStatus.UNAVAILABLE.wire(), facts.error()));
        } else if (!broken && disk.status() == DiskStatus.UNAVAILABLE && actions.reachable(disk.node())) {
            // not before the node has told of all its replicas: those told as lost with the disk are to be heard of
            // first
            actions.propose(
                    Subject.disk(disk.id()), new Command.SetDiskStatus(disk.id(), DiskStatus.NORMAL.wire(), ""));
        } else if (broken && disk.present() && disk.trouble().recovering()) {
            recover(view, disk, facts);
        }
    }

    private void recover(View view, Disk disk, DiskFacts facts) {
        long recovery = disk.trouble().recovery();
        if (facts.recovery() == recovery && !facts.recoveryError().isEmpty()) {
            actions.propose(
                    Subject.disk(disk.id()), new Command.FailRecovery(disk.id(), recovery, facts.recoveryError()));
            return;
        }
        if (actions.reachable(disk.node())) {
            actions.send(
                    disk.node(),
                    NodeDown.newBuilder()
                            .setRecoverDisk(
                                    RecoverDisk.newBuilder().setDisk(disk.id()).setRequest(recovery)));
        }
        actions.wakeAt(view.nowNanos() + ASK_AGAIN.toNanos(), Subject.disk(disk.id()));
    }
}
