package io.kintsugi.master.plan;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A replica that a partition could go on with, by what was heard of it.
 *
 * @param replica replica id
 * @param place {@code d1:/data/1}
 * @param inSync whether it holds every acknowledged write
 * @param named whether the configuration names it; one that it doesn't is a backup that was put back, or was removed by force before
 * @param leftEpoch when it left the in-sync set; 0 while in it; {@link Member#NEVER} for unknown: it never was in it, or isn't named
 * @param epoch the stored epoch that it has reported
 * @param lastEpoch of the last entry in its log
 * @param lastIndex of the last entry in its log
 */
public record Survivor(
        long replica,
        int disk,
        String place,
        boolean inSync,
        boolean named,
        long leftEpoch,
        long epoch,
        long lastEpoch,
        long lastIndex,
        long bytes) {
    /** Rule 18: an in-sync one, whatever the length of its log; else who left last; only then (epoch, index) of the last entry. */
    static final Comparator<Survivor> WORTH = Comparator.comparing(Survivor::inSync)
            .thenComparing(Survivor::leftEpoch)
            .thenComparing(Survivor::lastEpoch)
            .thenComparing(Survivor::lastIndex);

    private static final Comparator<Survivor> BEST = WORTH.thenComparing(s -> -s.replica());

    /** All that can be had now, the best first; not {@link #drained}. */
    static List<Survivor> of(View view, Partition p) {
        List<Survivor> all = new ArrayList<>();
        for (Member m : p.all()) {
            if (view.able(m)) {
                usable(view, p, m).ifPresent(all::add);
            }
        }
        unnamed(view, p).filter(s -> !Drained.is(view, s.disk())).forEach(all::add);
        return all.stream().sorted(BEST.reversed()).toList();
    }

    /** Those that could be had if their disk weren't drained, the best first. The configuration names none of them: a drained disk is empty. */
    public static List<Survivor> drained(View view, Partition p) {
        return unnamed(view, p)
                .filter(s -> Drained.is(view, s.disk()))
                .sorted(BEST.reversed())
                .toList();
    }

    /** What an earlier recovery has removed, and is there. */
    private static Stream<Survivor> unnamed(View view, Partition p) {
        return view.reports().strays(p.id()).stream()
                .filter(f -> p.forced() != null && p.forced().removed(f.replica()))
                .filter(f -> !f.broken() && view.reports().alive(f.node()) && view.diskWorks(f.disk()))
                .map(f -> new Member(f.replica(), f.node(), f.disk(), Member.NEVER))
                .flatMap(m -> usable(view, p, m).stream());
    }

    /** One that was still being copied never was whole; one that never was in-sync and has nothing isn't worth more than none. */
    private static Optional<Survivor> usable(View view, Partition p, Member m) {
        return view.reports()
                .replica(m.replica())
                .filter(f -> f.state() == ReplicaFacts.State.OK)
                .filter(f -> m.leftEpoch() != Member.NEVER || f.lastIndex() > 0)
                .map(f -> new Survivor(
                        m.replica(),
                        m.disk(),
                        view.diskName(m.disk()),
                        p.isInSync(m.replica()),
                        p.member(m.replica()).isPresent(),
                        m.leftEpoch(),
                        f.epoch(),
                        f.lastEpoch(),
                        f.lastIndex(),
                        f.bytes()));
    }
}
