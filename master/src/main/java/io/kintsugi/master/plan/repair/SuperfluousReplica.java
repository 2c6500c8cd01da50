package io.kintsugi.master.plan.repair;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.view.View;
import java.util.Comparator;
import java.util.Optional;

/** A partition has more members than it should have, and enough of them in-sync without the one that is removed. */
public record SuperfluousReplica() implements Rule {
    @Override
    public Optional<Repair> of(View view, Partition p) {
        boolean due = p.members().size() > p.target()
                && p.mutex() == RestoreMutex.STOP
                && p.joining() == null
                && view.served(p)
                && view.cluster().openMoves(p.id()).isEmpty();
        return due ? spare(view, p).map(m -> remove(view, p, m)) : Optional.empty();
    }

    /** One that doesn't work, else one that isn't in-sync, else one that is to go anyway, else where most lies. Never the primary. */
    private static Optional<Member> spare(View view, Partition p) {
        Comparator<Member> first = Comparator.comparing((Member m) -> !view.failed(m))
                .thenComparing(m -> p.isInSync(m.replica()))
                .thenComparing(m ->
                        view.cluster().disk(m.disk()).filter(Disk::placeable).isPresent())
                .thenComparing(m -> -view.cluster().partitionsOnDisk(m.disk()).size())
                .thenComparing(m -> -m.replica());
        return p.members().stream()
                .filter(m -> m.replica() != p.primary())
                .filter(m -> working(view, p, m) >= p.target())
                .min(first);
    }

    /** In-sync members that would be left and work. */
    private static long working(View view, Partition p, Member without) {
        return p.members().stream()
                .filter(m -> m.replica() != without.replica() && p.isInSync(m.replica()) && !view.failed(m))
                .count();
    }

    private Repair remove(View view, Partition p, Member m) {
        return new Repair(
                name(),
                "MEMBER_SUPERFLUOUS",
                view.partitionName(p) + " has " + p.members().size() + " members, it should have " + p.target(),
                "the replica on " + view.diskName(m.disk()) + " is removed",
                new Command.RemoveReplica(p.id(), p.epoch(), m.replica(), false, 0));
    }
}
