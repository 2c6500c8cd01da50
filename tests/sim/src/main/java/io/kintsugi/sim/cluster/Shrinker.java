package io.kintsugi.sim.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Finds less of a run that still breaks the same law: delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing
 * Input", 2002) over the strikes of faults and the verbs of operators, within so many runs.
 */
final class Shrinker {
    /** A strike (of a fault) or a verb, by number. */
    private record Item(boolean fault, int number) {}

    private final Predicate<Selection> breaks;
    private int runsLeft;
    private Duration end;

    /**
     * @param breaks whether the run with no more than this breaks the law
     * @param runs how often it may be asked
     */
    Shrinker(Predicate<Selection> breaks, int runs) {
        this.breaks = breaks;
        this.runsLeft = runs;
    }

    /**
     * The smallest selection found.
     *
     * @param faults how many strikes there were, and so many verbs
     * @param length of the time in which things went wrong
     */
    Selection shrink(int faults, int verbs, Duration length) {
        List<Item> items = new ArrayList<>();
        IntStream.rangeClosed(1, faults).forEach(n -> items.add(new Item(true, n)));
        IntStream.rangeClosed(1, verbs).forEach(n -> items.add(new Item(false, n)));
        List<Item> needed = still(List.of()) ? List.of() : fewer(items);
        // the same with a shorter time: half of it while that breaks it too
        Duration shortest = length;
        while (shortest.toSeconds() > 1 && tried(selection(needed).until(shortest.dividedBy(2)))) {
            shortest = shortest.dividedBy(2);
            end = shortest;
        }
        return selection(needed);
    }

    private List<Item> fewer(List<Item> from) {
        List<Item> items = from;
        int pieces = 2;
        while (items.size() > 1 && runsLeft > 0) {
            List<Item> less = without(items, pieces);
            if (less != null) {
                items = less;
                pieces = Math.max(2, pieces - 1);
            } else if (pieces < items.size()) {
                pieces = Math.min(items.size(), 2 * pieces);
            } else {
                break;
            }
        }
        return items;
    }

    /** What is left without one of so many pieces, if that is enough; null when each is needed. */
    private List<Item> without(List<Item> items, int pieces) {
        for (int i = 0; i < pieces; i++) {
            int from = items.size() * i / pieces;
            int to = items.size() * (i + 1) / pieces;
            List<Item> less = new ArrayList<>(items.subList(0, from));
            less.addAll(items.subList(to, items.size()));
            if (still(less)) {
                return less;
            }
        }
        return null;
    }

    private boolean still(List<Item> items) {
        return tried(selection(items));
    }

    private boolean tried(Selection selection) {
        return runsLeft-- > 0 && breaks.test(selection);
    }

    private Selection selection(List<Item> items) {
        return new Selection(numbers(items, true), numbers(items, false), end);
    }

    private static SortedSet<Integer> numbers(List<Item> items, boolean faults) {
        SortedSet<Integer> numbers = new TreeSet<>();
        items.stream().filter(item -> item.fault == faults).forEach(item -> numbers.add(item.number));
        return numbers;
    }
}
