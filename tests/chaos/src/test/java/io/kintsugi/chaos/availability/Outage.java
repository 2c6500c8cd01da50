package io.kintsugi.chaos.availability;

import io.kintsugi.chaos.availability.Loss.Order;
import io.kintsugi.chaos.availability.Row.Back;
import io.kintsugi.chaos.availability.TablesUnderLoad.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One {@link Loss} as it goes: after each step every partition is held to the row of what it has lost by then. All replicas have to be
 * in-sync when it begins.
 */
final class Outage {
    private final Loss loss;
    private final Watched watched;
    private final TablesUnderLoad tables;
    private final Map<Part, List<String>> members = new HashMap<>();
    private final Map<Part, Row> rows = new HashMap<>();
    private final long began = System.nanoTime();
    private final List<String> lost = new ArrayList<>();
    private final Set<Row> seen = new LinkedHashSet<>();

    Outage(Loss loss, Watched watched, TablesUnderLoad tables) {
        this.loss = loss;
        this.watched = watched;
        this.tables = tables;
        tables.parts().forEach(part -> members.put(part, watched.members(part)));
    }

    /** The rows that were seen to hold. */
    Set<Row> run() {
        List<String> victims = victims();
        arrangePrimaries(victims);
        note("primaries are arranged");
        if (loss.atOnce()) {
            lose(victims);
        } else {
            victims.forEach(victim -> lose(List.of(victim)));
        }
        comeBack();
        watched.awaitAllInSync();
        note("all in-sync");
        return seen;
    }

    /** All datanodes of a partition with three replicas, or two of them; the first two are all of one with two. */
    private List<String> victims() {
        for (Part two : ofReplicas(2)) {
            for (Part three : ofReplicas(3)) {
                if (members.get(three).containsAll(members.get(two))) {
                    Set<String> victims = new LinkedHashSet<>(members.get(two));
                    victims.addAll(members.get(three));
                    return victims.stream().limit(loss.lost()).toList();
                }
            }
        }
        throw new IllegalStateException("no partition's datanodes lie among another's: " + members);
    }

    private List<Part> ofReplicas(int replicas) {
        return tables.parts().stream().filter(p -> p.replicas() == replicas).toList();
    }

    /** Of the partitions that lose alike, every other one loses its primary at the first blow, and the rest don't. */
    private void arrangePrimaries(List<String> victims) {
        List<String> blow = loss.atOnce() ? victims : victims.subList(0, 1);
        Map<List<Integer>, Integer> alike = new HashMap<>();
        for (Part part : tables.parts()) {
            List<String> hit = members.get(part).stream().filter(blow::contains).toList();
            List<String> spared =
                    members.get(part).stream().filter(m -> !blow.contains(m)).toList();
            if (!hit.isEmpty() && !spared.isEmpty()) {
                boolean lose = alike.merge(List.of(part.replicas(), hit.size()), 1, Integer::sum) % 2 == 1;
                List<String> wanted = lose ? hit : spared;
                if (!wanted.contains(watched.primary(part))) {
                    watched.changeLeader(part, wanted.getFirst());
                }
            }
        }
    }

    private void lose(List<String> victims) {
        Map<Part, String> primaries = new HashMap<>();
        tables.parts().forEach(part -> primaries.put(part, watched.primary(part)));
        victims.parallelStream().forEach(watched.cluster()::killAtOnce);
        lost.addAll(victims);
        victims.forEach(watched::awaitDead);
        note("lost " + victims);
        for (Part part : tables.parts()) {
            int gone = (int) members.get(part).stream().filter(lost::contains).count();
            if (members.get(part).stream().anyMatch(victims::contains)) {
                boolean primary = victims.contains(primaries.get(part));
                rows.put(part, Row.of(part.replicas(), gone, loss.atOnce(), primary));
            }
        }
        List<Part> served = tables.parts().stream()
                .filter(p -> !rows.containsKey(p) || rows.get(p).served())
                .toList();
        tables.awaitServed(served);
        tables.assertNotServed(
                tables.parts().stream().filter(p -> !served.contains(p)).toList());
        served.forEach(this::awaitNoticed);
        note("as the rows say, without " + lost);
        seen.addAll(rows.values());
    }

    /** Only then is the next loss one that comes after this one. */
    private void awaitNoticed(Part part) {
        Watched.until(part.name() + " has taken the lost ones out", () -> watched.inSync(part).stream()
                .noneMatch(lost::contains));
    }

    private void comeBack() {
        List<String> order = loss.back() == Order.LAST_LOST_FIRST ? lost.reversed() : List.copyOf(lost);
        if (loss.back() == Order.TOGETHER) {
            watched.cluster().startAgain(order.toArray(String[]::new));
            returned(order);
        } else {
            for (int i = 0; i < order.size(); i++) {
                watched.cluster().startAgain(order.get(i));
                returned(order.subList(0, i + 1));
            }
        }
    }

    private void returned(List<String> back) {
        List<Part> served = new ArrayList<>();
        List<Part> waiting = new ArrayList<>();
        for (Part part : tables.parts()) {
            List<String> gone =
                    lost.stream().filter(members.get(part)::contains).toList();
            Row row = rows.get(part);
            if (row == null || row.served()) {
                served.add(part);
            } else if (row.back() == Back.THE_LAST_LOST) {
                (back.contains(gone.getLast()) ? served : waiting).add(part);
            } else if (back.containsAll(gone)) {
                served.add(part);
            }
        }
        tables.awaitServed(served);
        tables.assertNotServed(waiting);
        note("as the rows say, with " + back + " back");
    }

    /** What happens when, for whoever reads the log of a test that failed. */
    private void note(String what) {
        System.out.printf("%s: %6d ms: %s%n", loss, (System.nanoTime() - began) / 1_000_000, what);
    }
}
