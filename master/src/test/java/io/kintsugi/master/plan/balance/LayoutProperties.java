package io.kintsugi.master.plan.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Whatever the cluster: each step makes it more even, keeps the rules of placement, and there is an end. A failure names its seed. */
class LayoutProperties {
    private static final long GIB = 1L << 30;

    /** Some datanodes, some with disks that are out of use or closed; partitions of any size, placed at random. */
    private static final class World {
        final Map<Integer, Slot.Facts> disks = new TreeMap<>();
        final Map<Integer, String> nodes = new TreeMap<>();
        final List<Slice> slices = new ArrayList<>();
        final Map<Integer, Set<Integer>> where = new HashMap<>();

        World(Random r) {
            int hosts = 3 + r.nextInt(5);
            for (int n = 1; n <= hosts; n++) {
                for (int d = 0; d <= r.nextInt(3); d++) {
                    boolean inUse = r.nextInt(8) != 0;
                    int id = disks.size() + 1;
                    double size = (1 + r.nextInt(4)) * 100.0 * GIB;
                    boolean takes = inUse && r.nextInt(8) != 0;
                    long room = r.nextInt(5) == 0 ? GIB : Long.MAX_VALUE;
                    disks.put(id, new Slot.Facts(id, "n" + n + ":/" + d, n, "z" + n % 3, size, room, takes, inUse));
                    if (inUse) {
                        nodes.put(n, "n" + n);
                    }
                }
            }
            int replicas = 1 + r.nextInt(3);
            long replica = 0;
            for (int p = 1; p <= 1 + r.nextInt(60); p++) {
                List<Integer> ids = new ArrayList<>(disks.keySet());
                Collections.shuffle(ids, r);
                Set<Integer> used = new HashSet<>();
                List<Slice.Copy> copies = new ArrayList<>();
                for (int id : ids) {
                    if (copies.size() < replicas && used.add(disks.get(id).node())) {
                        copies.add(new Slice.Copy(++replica, id, false));
                        where.computeIfAbsent(p, x -> new HashSet<>()).add(id);
                    }
                }
                long bytes = r.nextBoolean() ? 0 : (long) r.nextInt(1 << 20) * 10_000;
                slices.add(new Slice(
                        p,
                        "t." + p,
                        bytes,
                        r.nextInt(10) != 0,
                        copies,
                        copies.getFirst().replica()));
            }
        }

        Layout layout() {
            Layout layout = new Layout(disks.values(), nodes);
            slices.forEach(layout::add);
            return layout;
        }

        long zones(int p) {
            return where.get(p).stream()
                    .map(d -> disks.get(d).zone())
                    .distinct()
                    .count();
        }
    }

    @Property(tries = 400)
    void everyStepMakesItMoreEvenAndThereIsAnEnd(@ForAll long seed) {
        World w = new World(new Random(seed));
        Layout layout = w.layout();
        Set<Long> moved = new HashSet<>();
        int steps = 0;
        while (true) {
            double fill = layout.unevenFill();
            long primaries = layout.unevenPrimaries();
            Optional<? extends Step> next = layout.next();
            if (next.isEmpty()) {
                break;
            }
            assertThat(++steps).as("steps").isLessThan(10_000);
            switch (next.get()) {
                case Step.HandOver h -> {
                    assertThat(layout.unevenPrimaries()).isLessThan(primaries);
                    assertThat(layout.unevenFill()).isEqualTo(fill);
                    assertThat(w.nodes).containsKey(h.toNode());
                }
                case Step.Move m -> {
                    assertThat(layout.unevenFill()).isLessThan(fill);
                    assertThat(moved.add(m.replica())).as("moved once only").isTrue();
                    kept(w, m);
                }
            }
        }
        assertThat(layout.next()).isEmpty();
    }

    private static void kept(World w, Step.Move m) {
        Slot.Facts to = w.disks.get(m.toDisk());
        assertThat(to.takes()).isTrue();
        assertThat(to.room()).isGreaterThanOrEqualTo(m.bytes());
        assertThat(w.disks.get(m.fromDisk()).inUse()).isTrue();
        assertThat(w.slices.get(m.partition() - 1).steady).isTrue();
        long zones = w.zones(m.partition());
        Set<Integer> at = w.where.get(m.partition());
        assertThat(at.remove(m.fromDisk())).isTrue();
        assertThat(at).noneMatch(d -> w.disks.get(d).node() == to.node());
        at.add(m.toDisk());
        assertThat(w.zones(m.partition())).isGreaterThanOrEqualTo(zones);
    }

    /** {@code disks} of one size, one a datanode, and no replica on the last {@code empty} of them. */
    private static Layout uniform(int disks, int empty, int partitions) {
        Map<Integer, String> nodes = new TreeMap<>();
        List<Slot.Facts> facts = IntStream.rangeClosed(1, disks)
                .mapToObj(i -> {
                    nodes.put(i, "n" + i);
                    return new Slot.Facts(i, "n" + i + ":/", i, "z", 1000.0 * GIB, Long.MAX_VALUE, true, true);
                })
                .toList();
        Layout layout = new Layout(facts, nodes);
        int used = disks - empty;
        for (int p = 0; p < partitions; p++) {
            List<Slice.Copy> copies = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                copies.add(new Slice.Copy(3L * p + i + 1, 1 + (p + i) % used, false));
            }
            layout.add(new Slice(p + 1, "t." + p, GIB, true, copies, 3L * p + 1));
        }
        return layout;
    }

    @Test
    void aNewDatanodeGetsItsShareOfReplicasAndPrimaries() {
        Layout layout = uniform(4, 1, 40);
        int steps = 0;
        while (layout.next().isPresent()) {
            steps++;
        }
        Spread after = layout.spread();
        assertThat(after.replicas().least()).isGreaterThanOrEqualTo(28);
        assertThat(after.primaries().least()).isGreaterThanOrEqualTo(9);
        assertThat(after.primaries().most()).isLessThanOrEqualTo(11);
        assertThat(steps).as("not more than it takes").isLessThanOrEqualTo(30 + 20);
    }

    @Test
    void whatIsEvenByTheToleranceIsLeftAlone() {
        assertThat(uniform(4, 0, 40).next()).isEmpty();
        Layout odd = uniform(3, 0, 40);
        assertThat(odd.next()).isEmpty();
        assertThat(odd.spread().primaries().gap()).isEqualTo(1);
    }

    /** One disk a datanode, of so many GiB, with {@code room} for so many more; on each so many partitions of one replica and one GiB. */
    private static Layout singles(List<Integer> sizes, long room, List<Integer> partitions) {
        Map<Integer, String> nodes = new TreeMap<>();
        List<Slot.Facts> facts = IntStream.rangeClosed(1, sizes.size())
                .mapToObj(i -> {
                    nodes.put(i, "n" + i);
                    double size = sizes.get(i - 1) * (double) GIB;
                    return new Slot.Facts(i, "n" + i + ":/", i, "z", size, room, true, true);
                })
                .toList();
        Layout layout = new Layout(facts, nodes);
        int id = 0;
        for (int disk = 1; disk <= partitions.size(); disk++) {
            for (int n = 0; n < partitions.get(disk - 1); n++) {
                id++;
                List<Slice.Copy> copy = List.of(new Slice.Copy(id, disk, false));
                layout.add(new Slice(id, "t." + id, GIB, true, copy, id));
            }
        }
        return layout;
    }

    private static int moves(Layout layout) {
        int moves = 0;
        while (layout.move().isPresent()) {
            moves++;
        }
        return moves;
    }

    @Test
    void lessThanATenthOfTheMeanIsEven() {
        assertThat(moves(singles(List.of(100, 100), Long.MAX_VALUE, List.of(31, 29))))
                .isZero();
        assertThat(moves(singles(List.of(100, 100), Long.MAX_VALUE, List.of(33, 27))))
                .isPositive();
    }

    @Test
    void aDiskThriceAsLargeGetsThriceAsMuch() {
        Layout layout = singles(List.of(100, 300), Long.MAX_VALUE, List.of(20, 20));
        moves(layout);
        assertThat(layout.spread().replicas().least()).isBetween(9.0, 11.0);
        assertThat(layout.spread().replicas().leastOf()).isEqualTo("n1:/");
    }

    @Test
    void whatIsOnItsWayTakesRoom() {
        assertThat(moves(singles(List.of(100, 100), 3 * GIB, List.of(40, 0)))).isEqualTo(3);
    }
}
