package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.plan.AutoDecommission;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Begins the decommission of broken disks. What it goes by, the time at which a disk was first seen broken and how earlier tries ended, is
 * persisted, so that a new leader goes on where the old one was.
 */
record AutoDecommissionDriver(Proposals proposals) implements Driver {
    /** While the brake is engaged. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    @Override
    public void step(View view, Dirty dirty) {
        Set<Integer> disks = new LinkedHashSet<>(dirty.disks);
        if (dirty.settings) {
            view.cluster().disks().forEach(d -> disks.add(d.id()));
        }
        for (int id : disks) {
            view.cluster().disk(id).ifPresent(d -> look(view, d));
        }
    }

    private void look(View view, Disk d) {
        AutoDecommission auto = AutoDecommission.of(view, d).orElse(null);
        // a disk of which nobody has heard yet may work by now
        if (auto == null || !stillBroken(view, d)) {
            return;
        }
        if (auto.due() == AutoDecommission.NEVER) {
            if (view.braked()) {
                proposals.wakeAt(view.nowNanos() + LOOK_AGAIN.toNanos(), Subject.disk(d.id()));
            }
            return;
        }
        long left = auto.due() - view.nowMillis();
        if (left > 0) {
            proposals.wakeAt(view.nowNanos() + TimeUnit.MILLISECONDS.toNanos(left), Subject.disk(d.id()));
        } else {
            proposals.propose(Subject.disk(d.id()), new Command.DecommissionDisk(d.id(), Op.AUTOMATIC_WEIGHT, true));
        }
    }

    private static boolean stillBroken(View view, Disk d) {
        return view.reports().judging()
                && view.reports()
                        .disk(d.id())
                        .map(f -> f.health() == DiskFacts.Health.BROKEN)
                        .orElse(true);
    }
}
