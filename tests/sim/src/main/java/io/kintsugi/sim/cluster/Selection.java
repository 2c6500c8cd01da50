package io.kintsugi.sim.cluster;

import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What of a run takes place. Strikes of faults and verbs of operators are numbered from 1, in the order in which the seed draws them;
 * leaving one out doesn't change what the others are.
 *
 * @param faults numbers of the strikes; null: all
 * @param verbs numbers of the verbs; null: all
 * @param end when things stop going wrong, counted from their beginning; null: as the seed says
 */
public record Selection(SortedSet<Integer> faults, SortedSet<Integer> verbs, Duration end) {
    public static final Selection ALL = new Selection(null, null, null);

    boolean fault(int number) {
        return faults == null || faults.contains(number);
    }

    boolean verb(int number) {
        return verbs == null || verbs.contains(number);
    }

    Selection until(Duration newEnd) {
        return new Selection(faults, verbs, newEnd);
    }

    /** As options of the command that repeats it; "" for all. */
    String options() {
        return (faults == null ? "" : " --only-faults " + text(faults))
                + (verbs == null ? "" : " --only-verbs " + text(verbs))
                + (end == null ? "" : " --until-ms " + end.toMillis());
    }

    private static String text(SortedSet<Integer> numbers) {
        return numbers.isEmpty()
                ? "none"
                : numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /**
     * Reads what {@link #options} writes.
     *
     * @param numbers {@code 3,17} or {@code none}; null: all
     * @throws NumberFormatException for anything else
     */
    public static SortedSet<Integer> numbers(String numbers) {
        if (numbers == null) {
            return null;
        }
        SortedSet<Integer> set = new TreeSet<>();
        if (!numbers.equals("none")) {
            for (String number : numbers.split(",", -1)) {
                set.add(Integer.parseInt(number.trim()));
            }
        }
        return set;
    }
}
