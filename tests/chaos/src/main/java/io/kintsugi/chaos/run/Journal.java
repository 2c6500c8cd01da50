package io.kintsugi.chaos.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was done and how often, and what couldn't be. Thread-safe. */
final class Journal {
    private final long began = System.nanoTime();
    private final Map<String, Integer> faults = new TreeMap<>();
    private final Map<String, Integer> verbs = new TreeMap<>();
    private final Map<String, Integer> skipped = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private int asking;
    private int mostAsking;

    synchronized void fault(String kind) {
        faults.merge(kind, 1, Integer::sum);
    }

    /** @param outcome "" when it was accepted, else why it wasn't */
    synchronized void verb(String name, String outcome) {
        verbs.merge(outcome.isEmpty() ? name : name + " (" + outcome + ")", 1, Integer::sum);
    }

    synchronized void skip(String what) {
        skipped.merge(what, 1, Integer::sum);
    }

    /** The tool itself couldn't do what it must. */
    synchronized void failed(String what) {
        failures.add(what);
        log(what);
    }

    synchronized void asks(int more) {
        asking += more;
        mostAsking = Math.max(mostAsking, asking);
    }

    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    void log(String what) {
        System.out.printf("%7.1f s  %s%n", (System.nanoTime() - began) / 1e9, what);
    }

    synchronized void print() {
        print("faults", faults);
        print("verbs", verbs);
        System.out.println("  at most " + mostAsking + " verbs at the same time");
        skipped.forEach((what, count) -> System.out.printf("  skipped: %s (%d)%n", what, count));
    }

    private static void print(String what, Map<String, Integer> counts) {
        System.out.printf(
                "%s: %d%n", what, counts.values().stream().mapToInt(i -> i).sum());
        counts.forEach((kind, count) -> System.out.printf("  %5d  %s%n", count, kind));
    }
}
