package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Replacements;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Puts a new, empty replica where one was lost for good: on a disk that came back empty, or whose files went bad. */
final class ReplaceDriver implements Driver {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private final Proposals proposals;
    private final Map<Integer, Long> notBefore = new HashMap<>();

    ReplaceDriver(Proposals proposals) {
        this.proposals = proposals;
    }

    @Override
    public void step(View view, Dirty dirty) {
        for (int id : dirty.partitions) {
            view.cluster().partition(id).ifPresent(p -> replace(view, p));
        }
    }

    private void replace(View view, Partition p) {
        Subject subject = Subject.partition(p.id());
        Member lost = Replacements.lost(view, p).orElse(null);
        if (lost == null || proposals.busy(subject)) {
            return;
        }
        long earliest = notBefore.getOrDefault(p.id(), view.nowNanos());
        if (earliest - view.nowNanos() > 0) {
            proposals.wakeAt(earliest, subject);
            return;
        }
        long next = view.nowNanos() + PAUSE.toNanos();
        Replacements.home(view, p, lost)
                .ifPresentOrElse(
                        disk -> {
                            notBefore.put(p.id(), next);
                            proposals.propose(
                                    subject, new Command.ReplaceLost(p.id(), p.epoch(), lost.replica(), disk.id()));
                        },
                        () -> proposals.wakeAt(next, subject));
    }
}
