package io.kintsugi.sim.world;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How often each kind of thing happened. */
public final class Counts {
    private final TreeMap<String, long[]> byKind = new TreeMap<>();

    public void add(String kind) {
        byKind.computeIfAbsent(kind, k -> new long[1])[0]++;
    }

    /** Takes in those of another run. */
    public void add(Counts other) {
        other.byKind.forEach((kind, n) -> byKind.computeIfAbsent(kind, k -> new long[1])[0] += n[0]);
    }

    public long of(String kind) {
        long[] n = byKind.get(kind);
        return n == null ? 0 : n[0];
    }

    /** Sum over the kinds that begin so. */
    public long startingWith(String prefix) {
        return byKind.entrySet().stream()
                .filter(e -> e.getKey().startsWith(prefix))
                .mapToLong(e -> e.getValue()[0])
                .sum();
    }

    public Map<String, Long> all() {
        return byKind.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue()[0], Long::sum, TreeMap::new));
    }

    /** {@code kind=number}, by name. */
    @Override
    public String toString() {
        return byKind.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue()[0])
                .collect(Collectors.joining(" "));
    }
}
