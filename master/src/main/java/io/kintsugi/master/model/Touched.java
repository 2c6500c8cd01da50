package io.kintsugi.master.model;

import java.util.Set;

/**
 * Ids of the rows that one entry of the log may have changed, so that nobody has to search for them. Settings are few and can be compared.
 *
 * @param version number of the entry since this process took the state in: who misses one has to compare everything
 */
public record Touched(
        long version,
        Set<Integer> nodes,
        Set<Integer> disks,
        Set<Integer> tables,
        Set<Integer> partitions,
        Set<Long> ops) {
    public static final Touched NOTHING = new Touched(0, Set.of(), Set.of(), Set.of(), Set.of(), Set.of());
}
