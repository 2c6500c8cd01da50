package io.kintsugi.master.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * Members of a partition that are out of service.
 *
 * @param held replica ids that aren't taken in-sync before an operator, or automatic failover, lets them; ascending, none is in-sync
 * @param led replica ids that were primary when they left the in-sync set and aren't in it again: shown as leaders that aren't alive; ascending
 */
public record Away(List<Long> held, List<Long> led) {
    /** As nearly all partitions are. */
    public static final Away NONE = new Away(List.of(), List.of());

    public Away {
        held = List.copyOf(held);
        led = List.copyOf(led);
    }

    /** What is left of it in the configuration {@code next} that follows {@code old}. */
    Away after(Partition old, Partition next) {
        boolean fell = old.primary() != 0 && !next.isInSync(old.primary());
        if (!fell && held.isEmpty() && led.isEmpty()) {
            return NONE;
        }
        Stream<Long> leaders = fell ? Stream.concat(led.stream(), Stream.of(old.primary())) : led.stream();
        return of(still(held.stream(), next), still(leaders, next));
    }

    Away holding(List<Long> replicas) {
        return of(
                Stream.concat(held.stream(), replicas.stream())
                        .distinct()
                        .sorted()
                        .toList(),
                led);
    }

    Away releasing(long replica) {
        return of(held.stream().filter(r -> r != replica).toList(), led);
    }

    private static Away of(List<Long> held, List<Long> led) {
        return held.isEmpty() && led.isEmpty() ? NONE : new Away(held, led);
    }

    private static List<Long> still(Stream<Long> replicas, Partition next) {
        return replicas.filter(r -> next.member(r).isPresent() && !next.isInSync(r))
                .distinct()
                .sorted()
                .toList();
    }
}
