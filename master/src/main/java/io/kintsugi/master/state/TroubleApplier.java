package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.FailRecovery;
import io.kintsugi.master.command.Command.RecoverDisk;
import io.kintsugi.master.command.Command.ResumeAutoDecommission;
import io.kintsugi.master.command.Command.SetDiskStatus;
import io.kintsugi.master.model.Brake;
import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.WireEnum;

/** Disks that break, and that are mended. What the master began by itself because a disk broke ends when the disk works again. */
final class TroubleApplier {
    private TroubleApplier() {}

    static long setStatus(Transaction tx, SetDiskStatus c) {
        Disk d = Lookup.disk(tx, c.disk());
        Refusal.unless(
                c.status() == DiskStatus.NORMAL.wire() || c.status() == DiskStatus.UNAVAILABLE.wire(),
                "BAD_DISK_STATUS",
                "status %d: a datanode says %d (normal) or %d (unavailable)",
                c.status(),
                DiskStatus.NORMAL.wire(),
                DiskStatus.UNAVAILABLE.wire());
        present(tx, d);
        DiskStatus status = WireEnum.of(DiskStatus.class, c.status());
        if (status == DiskStatus.UNAVAILABLE) {
            tx.put(d.withStatus(status, c.error()).with(d.trouble().broke(tx.now())));
        } else {
            boolean automatic = d.trouble().automatic();
            Disk well = d.withStatus(status, "").with(d.trouble().over(tx.now()));
            tx.put(well);
            if (automatic && Lookup.node(tx, d.node()).drain() == DrainState.NONE) {
                useAgain(tx, well);
            }
        }
        return 0;
    }

    private static void useAgain(Transaction tx, Disk d) {
        if (d.drain() == DrainState.DRAINED) {
            tx.put(d.undrained());
        } else if (d.drain() == DrainState.DRAINING) {
            tx.state().op(d.drainOp()).filter(op -> !op.ended()).ifPresent(op -> VerbApplier.cancelDrain(tx, op));
        }
    }

    private static void present(Transaction tx, Disk d) {
        Refusal.unless(
                d.present(),
                "DISK_GONE",
                "disk %d (%s) was replaced by another, or removed: its datanode must present it again first",
                d.id(),
                Lookup.nameOf(tx, d));
    }

    private static Disk broken(Transaction tx, int disk) {
        Disk d = Lookup.disk(tx, disk);
        present(tx, d);
        Refusal.unless(d.status() == DiskStatus.UNAVAILABLE, "DISK_NOT_BROKEN", "disk %s works", Lookup.nameOf(tx, d));
        return d;
    }

    static long recover(Transaction tx, RecoverDisk c) {
        Disk d = broken(tx, c.disk());
        if (!d.trouble().recovering()) {
            d = d.with(d.trouble().recoveryAsked(tx.now()));
            tx.put(d);
        }
        return d.trouble().recovery();
    }

    static long failed(Transaction tx, FailRecovery c) {
        Disk d = Lookup.disk(tx, c.disk());
        Refusal.unless(
                d.trouble().recovering() && d.trouble().recovery() == c.recovery(),
                "NO_SUCH_RECOVERY",
                "disk %s isn't being recovered by request %d",
                Lookup.nameOf(tx, d),
                c.recovery());
        tx.put(d.with(d.trouble().recoveryFailed(c.error(), tx.now())));
        return 0;
    }

    static long resume(Transaction tx, ResumeAutoDecommission c) {
        Disk d = broken(tx, c.disk());
        Refusal.unless(
                d.trouble().leftAlone() || d.trouble().failures() > 0,
                "NOT_STOPPED",
                "nobody has cancelled the decommission of disk %s, and none has failed: it is decommissioned by itself",
                Lookup.nameOf(tx, d));
        tx.put(d.with(d.trouble().resumed()));
        return d.id();
    }

    /** The master's own decommission of a disk is refused when there is no reason for it any more. */
    static void checkAutomatic(Transaction tx, Disk d) {
        String name = Lookup.nameOf(tx, d);
        Refusal.unless(d.status() == DiskStatus.UNAVAILABLE, "DISK_NOT_BROKEN", "disk %s works", name);
        Refusal.unless(
                !d.trouble().leftAlone(), "LEFT_ALONE", "an operator has cancelled the decommission of disk %s", name);
        Brake brake = tx.state().cluster().map(Cluster::brake).orElse(Brake.OFF);
        Refusal.unless(
                !brake.engaged(),
                "AUTOMATIC_WORK_STOPPED",
                "the brake is engaged (%s): disk %s isn't decommissioned by itself",
                brake.message(),
                name);
    }

    /** The disk as its decommission leaves it: a failure and an operator's cancel are remembered while the disk is broken. */
    static Disk noted(Op drain, OpStatus how, Disk d, long now) {
        if (d.unavailableSince() == 0 || drain.parent() != 0) {
            return d;
        }
        if (how == OpStatus.CANCELLED) {
            return d.with(d.trouble().left());
        }
        return how == OpStatus.FAILED && drain.automatic() ? d.with(d.trouble().failed(now)) : d;
    }
}
