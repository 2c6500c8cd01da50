package io.kintsugi.sim.cluster;

import io.kintsugi.sim.cluster.Forks.Fork;
import io.kintsugi.sim.history.Invocation;
import io.kintsugi.sim.history.Invocation.Kind;
import io.kintsugi.sim.history.Register;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What clients did and saw, by key; linearizable with the exception of law 1: what a recovery by force has said to be lost may be lost. Then what
 * goes on, and what went on before or beside it, are each a history of their own, and have in common what was acknowledged before the survivor
 * left the in-sync set.
 */
final class ForkedHistory {
    /** @param replica that answered; 0: none did @param at when it did */
    private record Seen(Invocation what, long replica, long at) {}

    private final Map<String, List<Seen>> keys = new TreeMap<>();

    void add(String key, Invocation operation, long replica, long at) {
        keys.computeIfAbsent(key, k -> new ArrayList<>()).add(new Seen(operation, replica, at));
    }

    Iterable<String> keys() {
        return keys.keySet();
    }

    /** @param clocks as {@link Register#check(List, long)} has it @return "" when the history of the key can be explained */
    String check(String key, List<Fork> forks, long clocks) {
        List<Seen> all = keys.get(key);
        String wrong = fenced(all, forks);
        for (int lineage = 0; wrong.isEmpty() && lineage <= forks.size(); lineage++) {
            String why = Register.check(of(all, forks, lineage), clocks);
            if (!why.isEmpty()) {
                wrong = key + (forks.isEmpty() ? "" : " after " + lineage + " of the recoveries " + forks) + ": " + why;
            }
        }
        return wrong;
    }

    /** Whom a fence has reached answers nobody any more, but when a later recovery goes on with it. */
    private static String fenced(List<Seen> all, List<Fork> forks) {
        for (int i = 0; i < forks.size(); i++) {
            Fork fork = forks.get(i);
            for (Seen seen : all) {
                boolean chosenSince = Forks.lineage(forks, seen.replica, seen.at) > i + 1;
                if (fork.reached().contains(seen.replica) && seen.what.invoked() > fork.at() && !chosenSince) {
                    return "replica " + seen.replica + " answered " + seen + " after " + fork + " had fenced it";
                }
            }
        }
        return "";
    }

    private static List<Invocation> of(List<Seen> all, List<Fork> forks, int lineage) {
        List<Invocation> history = new ArrayList<>();
        boolean deleted = false;
        for (Seen seen : all) {
            Invocation what = seen.what;
            int own = Forks.lineage(forks, seen.replica, seen.at);
            long kept = kept(forks, own, lineage);
            if (what.unknown() || own == lineage || what.returned() < kept) {
                history.add(what);
            } else if (what.kind() != Kind.READ) {
                // of the deletes that are lost or not, one is enough: nothing was seen between them that counts
                boolean another = what.value() == Invocation.ABSENT && what.invoked() >= kept && own < lineage;
                if (!another || !deleted) {
                    history.add(what.until(Invocation.NEVER));
                }
                deleted |= another;
            }
        }
        return history;
    }

    /** What was acknowledged in the one before this time isn't lost in the other. */
    private static long kept(List<Fork> forks, int from, int to) {
        long kept = from < to ? Long.MAX_VALUE : 0;
        for (int fork = from; fork < to; fork++) {
            kept = Math.min(kept, forks.get(fork).lost());
        }
        return kept;
    }
}
