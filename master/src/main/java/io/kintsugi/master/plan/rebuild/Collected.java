package io.kintsugi.master.plan.rebuild;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The datanodes' answers, merged one by one. Order and repetition don't matter. It grows with the number of replicas, tables and disks that there
 * are, not with the number or size of answers. For one thread.
 */
public final class Collected {
    /** By the cluster that they say they belong to. */
    private final TreeMap<String, Lineage> lineages = new TreeMap<>();

    private final TreeMap<String, String> failed = new TreeMap<>();
    private final TreeSet<String> fresh = new TreeSet<>();
    private final TreeSet<String> asked = new TreeSet<>();
    private final TreeSet<String> answered = new TreeSet<>();

    /** An address that has answered once in full counts as answered, whether other attempts failed or not. */
    public void merge(NodeAnswer answer) {
        String address = answer.address();
        asked.add(address);
        if (!answer.error().isEmpty() || answer.generation() > NodeAnswer.MAX_GENERATION) {
            String error = answer.error().isEmpty() ? "ERR_INVALID_DATA" : answer.error();
            failed.merge(address, error, (a, b) -> a.compareTo(b) >= 0 ? a : b);
            return;
        }
        if (answer.complete()) {
            answered.add(address);
        }
        if (answer.clusterId().isEmpty() || answer.node() == null) {
            fresh.add(address);
        } else {
            lineages.computeIfAbsent(answer.clusterId(), id -> new Lineage()).add(answer);
        }
    }

    /** Errors by address. */
    Map<String, String> failed() {
        Map<String, String> all = new TreeMap<>();
        for (String address : asked) {
            if (!answered.contains(address)) {
                all.put(address, failed.getOrDefault(address, "ERR_INCOMPLETE_DATA"));
            }
        }
        return all;
    }

    /** Addresses of datanodes that have never belonged to a cluster. */
    TreeSet<String> fresh() {
        return fresh;
    }

    boolean isEmpty() {
        return asked.isEmpty();
    }

    /** What was found of the cluster to which most datanodes belong, of equally many the one with the lowest id; all others are to be skipped. */
    Map.Entry<String, Lineage> chosen() {
        return lineages.entrySet().stream()
                .min(Comparator.<Map.Entry<String, Lineage>>comparingInt(
                                e -> -e.getValue().addresses.size())
                        .thenComparing(Map.Entry::getKey))
                .orElse(null);
    }

    /** The addresses of datanodes of other clusters than that one. */
    TreeSet<String> outside(String clusterId) {
        TreeSet<String> others = new TreeSet<>();
        lineages.forEach((id, lineage) -> {
            if (!id.equals(clusterId)) {
                others.addAll(lineage.addresses);
            }
        });
        return others;
    }
}
