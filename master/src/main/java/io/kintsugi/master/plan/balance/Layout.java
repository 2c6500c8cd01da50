package io.kintsugi.master.plan.balance;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where replicas and primaries are, and where they go next. Each step that it gives is taken in it, so the steps of one layout are a plan.
 *
 * <p>Two potentials, the first before the second: the sum over disks of weight² / size, and the sum over datanodes of primaries². A move
 * strictly lowers the first, since the disk that it leaves is still no emptier than the one that it goes to; a hand-over leaves the first
 * alone and strictly lowers the second, since the counts differ by two at least. So it ends, and nothing swings back and forth. Below a
 * tolerance nothing is done at all.
 */
public final class Layout {
    /** Of the mean: what differs by less is even. */
    public static final double TOLERANCE = 0.10;

    private final Map<Integer, Slot> slots = new TreeMap<>();
    private final Map<Integer, String> nodes = new TreeMap<>();
    private final Map<Integer, Integer> primaries = new TreeMap<>();
    /** Slices by the node of their primary. */
    private final Map<Integer, List<Slice>> led = new TreeMap<>();

    private int unsteady;

    /** @param nodes names of those that may have more primaries or fewer */
    Layout(Collection<Slot.Facts> disks, Map<Integer, String> nodes) {
        disks.forEach(d -> slots.put(d.disk(), new Slot(d)));
        this.nodes.putAll(nodes);
        nodes.keySet().forEach(n -> primaries.put(n, 0));
    }

    void add(Slice slice) {
        for (Slice.Copy c : slice.copies()) {
            Slot slot = slots.get(c.disk());
            if (slot != null) {
                slot.add(slice);
            }
        }
        leads(slice, 1);
        unsteady += slice.steady ? 0 : 1;
    }

    private void leads(Slice slice, int by) {
        int node = slice.leader().map(c -> node(c.disk())).orElse(0);
        if (by > 0) {
            led.computeIfAbsent(node, n -> new ArrayList<>()).add(slice);
        } else {
            led.get(node).remove(slice);
        }
        primaries.computeIfPresent(node, (n, count) -> count + by);
    }

    private int node(int disk) {
        Slot slot = slots.get(disk);
        return slot == null ? 0 : slot.facts.node();
    }

    /** Partitions that can't be touched as they are now. */
    public int unsteady() {
        return unsteady;
    }

    private List<Slot> inUse() {
        return slots.values().stream().filter(s -> s.facts.inUse()).toList();
    }

    private static double meanFill(List<Slot> disks) {
        double capacity = disks.stream().mapToDouble(s -> s.facts.capacity()).sum();
        return capacity == 0 ? 0 : disks.stream().mapToDouble(Slot::weight).sum() / capacity;
    }

    private double meanPrimaries() {
        return primaries.values().stream().mapToInt(Integer::intValue).average().orElse(0);
    }

    public Spread spread() {
        List<Slot> disks = inUse();
        return new Spread(
                Spread.Range.of(primaries.entrySet(), Map.Entry::getValue, e -> nodes.get(e.getKey()), meanPrimaries()),
                Spread.Range.of(disks, s -> 100 * s.fill(), s -> s.facts.name(), 100 * meanFill(disks)),
                Spread.Range.of(
                        disks,
                        s -> s.slices.size(),
                        s -> s.facts.name(),
                        disks.stream().mapToInt(s -> s.slices.size()).average().orElse(0)));
    }

    /** The next step, whatever it is: hand-overs cost nothing, and come first. */
    Optional<? extends Step> next() {
        Optional<Step.HandOver> handOver = handOver();
        return handOver.isPresent() ? handOver : move();
    }

    /**
     * The next primary that goes from a datanode with many to one with few; empty: it is even, or none can. After {@link #move()}, it may go to a
     * replica that there isn't yet.
     */
    public Optional<Step.HandOver> handOver() {
        double mean = meanPrimaries();
        List<Integer> byCount = primaries.keySet().stream()
                .sorted(Comparator.comparing(primaries::get))
                .toList();
        for (int from : byCount.reversed()) {
            for (int to : byCount) {
                int gap = primaries.get(from) - primaries.get(to);
                if (gap < 2 || gap <= TOLERANCE * mean) {
                    break;
                }
                Optional<Slice> slice = led.getOrDefault(from, List.of()).stream()
                        .filter(s -> s.steady && on(s, to).isPresent())
                        .findFirst();
                if (slice.isPresent()) {
                    return Optional.of(handOver(slice.get(), from, to, mean));
                }
            }
        }
        return Optional.empty();
    }

    /** Its copy on that node, if that may be primary. */
    private Optional<Slice.Copy> on(Slice slice, int node) {
        return slice.copies().stream()
                .filter(c -> node(c.disk()) == node)
                .filter(c -> slots.get(c.disk()).facts.inUse())
                .findFirst();
    }

    private Step.HandOver handOver(Slice slice, int from, int to, double mean) {
        String why = String.format(
                Locale.ROOT,
                "%s has %d primaries, %s has %d, %.1f is the mean",
                nodes.get(from),
                primaries.get(from),
                nodes.get(to),
                primaries.get(to),
                mean);
        long old = slice.primary();
        long heir = on(slice, to).orElseThrow().replica();
        lead(slice, heir);
        return new Step.HandOver(slice.id, old, heir, from, to, why);
    }

    private void lead(Slice slice, long replica) {
        leads(slice, -1);
        slice.lead(replica);
        leads(slice, 1);
    }

    /** The next replica that goes from a full disk to an empty one; empty: it is even, or none can. */
    public Optional<Step.Move> move() {
        List<Slot> byFill =
                inUse().stream().sorted(Comparator.comparingDouble(Slot::fill)).toList();
        double mean = meanFill(byFill);
        for (Slot from : byFill.reversed()) {
            for (Slot to : byFill) {
                if (from.fill() - to.fill() <= TOLERANCE * mean) {
                    break;
                }
                Optional<Slice> slice = from.slices.stream()
                        .filter(s -> movable(s, from, to))
                        .max(Comparator.comparingDouble(Slice::weight)
                                .thenComparing(s -> !from.leads(s))
                                .thenComparing(s -> -s.id));
                if (slice.isPresent()) {
                    return Optional.of(move(slice.get(), from, to, mean));
                }
            }
        }
        return Optional.empty();
    }

    /** By the rules of placement: one replica a datanode, and in no fewer zones than before. */
    private boolean movable(Slice slice, Slot from, Slot to) {
        Slice.Copy source = slice.on(from.facts.disk()).orElse(null);
        if (!slice.steady || source == null || source.stays() || !to.hasRoom(slice.bytes)) {
            return false;
        }
        Set<String> zones = new HashSet<>();
        for (Slice.Copy c : slice.copies()) {
            Slot slot = slots.get(c.disk());
            if (c != source && (slot == null || slot.facts.node() == to.facts.node())) {
                return false;
            }
            if (c != source) {
                zones.add(slot.facts.zone());
            }
        }
        boolean spreads = !zones.contains(to.facts.zone()) || zones.contains(from.facts.zone());
        return spreads && from.staysAbove(to, slice);
    }

    private Step.Move move(Slice slice, Slot from, Slot to, double mean) {
        String why = String.format(
                Locale.ROOT,
                "%s is filled to %.3f %%, %s to %.3f %%, %.3f %% is the mean",
                from.facts.name(),
                100 * from.fill(),
                to.facts.name(),
                100 * to.fill(),
                100 * mean);
        Slice.Copy source = slice.on(from.facts.disk()).orElseThrow();
        boolean leads = slice.primary() == source.replica();
        if (leads) {
            leads(slice, -1);
        }
        from.remove(slice);
        Slice.Copy there = slice.move(source, to.facts.disk());
        to.add(slice);
        to.give(slice.bytes);
        if (leads) {
            slice.lead(lightest(slice, there).replica());
            leads(slice, 1);
        }
        return new Step.Move(slice.id, source.replica(), from.facts.disk(), to.facts.disk(), slice.bytes, why);
    }

    /** Who takes over when the primary's replica moves: as an election chooses among equals. */
    private Slice.Copy lightest(Slice slice, Slice.Copy otherwise) {
        return slice.copies().stream()
                .filter(c -> slots.containsKey(c.disk()))
                .min(Comparator.comparingInt(c -> primaries.getOrDefault(node(c.disk()), Integer.MAX_VALUE)))
                .orElse(otherwise);
    }

    /** Of disks. What every move lowers. */
    double unevenFill() {
        return inUse().stream()
                .mapToDouble(s -> s.weight() * s.weight() / s.facts.capacity())
                .sum();
    }

    /** Of datanodes. What every hand-over lowers. */
    long unevenPrimaries() {
        return primaries.values().stream().mapToLong(n -> (long) n * n).sum();
    }
}
