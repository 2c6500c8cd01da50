package io.kintsugi.chaos.run;

import io.kintsugi.chaos.fault.Netns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Links are cut, lose packets or are slow. All rules go at once when a fault ends, so that of two at the same time the later one ends
 * early; where links can't be cut ({@link Netns#unavailable}) there is none.
 */
final class NetFaults {
    private static final int MOST_LOST = 30;
    private static final int LONGEST_DELAY_MILLIS = 300;

    private NetFaults() {}

    private record Links(String kind, boolean master, Cut cut) implements Fault {
        @Override
        public Optional<Broken> begin(Arena arena) {
            Optional<String> taken = master ? arena.takeMaster() : arena.takeDatanode();
            return taken.map(instance -> {
                cut.on(arena, instance, Arena.oneOf(arena.random, others(arena, instance)));
                return new Broken(instance, instance, Netns::heal);
            });
        }

        private static List<String> others(Arena arena, String instance) {
            return Stream.concat(arena.cluster.masters().stream(), arena.cluster.datanodes().stream())
                    .filter(i -> !i.equals(instance))
                    .toList();
        }
    }

    private interface Cut {
        void on(Arena arena, String instance, String other);
    }

    static List<Fault> all() {
        Cut isolate = (arena, one, other) -> Netns.isolate(arena.cluster.host(one));
        Cut pair = (arena, one, other) -> Netns.cut(arena.cluster.host(one), arena.cluster.host(other));
        Cut oneWay = (arena, one, other) -> Netns.cutOneWay(arena.cluster.host(one), arena.cluster.host(other));
        Cut lossy = (arena, one, other) -> {
            int percent = 1 + arena.random.nextInt(MOST_LOST);
            Netns.lose(arena.cluster.host(one), arena.cluster.host(other), percent);
            Netns.lose(arena.cluster.host(other), arena.cluster.host(one), percent);
        };
        List<Fault> all = new ArrayList<>(List.of(
                new Links("isolate-master", true, isolate),
                new Links("isolate-datanode", false, isolate),
                new Links("cut-from-master", true, pair),
                new Links("cut-from-datanode", false, pair),
                new Links("one-way-from-master", true, oneWay),
                new Links("one-way-from-datanode", false, oneWay),
                new Links("lossy-datanode", false, lossy)));
        if (Netns.delayUnavailable().isEmpty()) {
            Cut slow = (arena, one, other) -> Netns.delay(
                    arena.cluster.host(one), arena.cluster.host(other), 1 + arena.random.nextInt(LONGEST_DELAY_MILLIS));
            all.add(new Links("slow-from-master", true, slow));
            all.add(new Links("slow-from-datanode", false, slow));
        }
        return all;
    }
}
