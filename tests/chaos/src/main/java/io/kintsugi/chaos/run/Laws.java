package io.kintsugi.chaos.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.AdminClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/** Looks at the cluster as an operator can, again and again, and notes every law (DESIGN 9) that it sees broken. */
final class Laws implements AutoCloseable {
    private static final Set<String> HOLDS_TOKEN = Set.of("Prepare", "Running");
    private static final Set<String> ENDED = Set.of("Success", "Failed", "Cancelled");
    private static final Duration BETWEEN = Duration.ofMillis(150);

    private final AdminClient admin;
    private final Map<String, Integer> replicas;
    private final int tokens;
    private final Set<String> broken = new TreeSet<>();
    private final Map<Long, String> ends = new HashMap<>();
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final Set<Long> open = new HashSet<>();
    private final Thread thread;
    private volatile boolean stopped;
    private long looks;
    private int mostTokens;

    /**
     * @param replicas of each table
     * @param tokens the most that anybody sets the limit of moves in a nodeset to; there is one nodeset
     */
    Laws(AdminClient admin, Map<String, Integer> replicas, int tokens) {
        this.admin = admin;
        this.replicas = replicas;
        this.tokens = tokens;
        this.thread = Thread.ofPlatform().name("laws").start(this::watch);
    }

    synchronized List<String> broken() {
        return new ArrayList<>(broken);
    }

    synchronized long looks() {
        return looks;
    }

    synchronized int mostTokens() {
        return mostTokens;
    }

    /** How ops ended, by kind. */
    synchronized Map<String, Integer> outcomes() {
        return new TreeMap<>(outcomes);
    }

    /** Notes one that somebody else saw broken. */
    synchronized void note(String law, String what) {
        if (broken.add(law + ": " + what)) {
            System.out.println("LAW BROKEN: " + law + ": " + what);
        }
    }

    private void watch() {
        while (!stopped) {
            try {
                JsonNode ops = admin.get("/v1/ops");
                JsonNode partitions = admin.get("/v1/partitions");
                look(ops, partitions);
            } catch (RuntimeException e) {
                Thread.onSpinWait(); // no leader at the moment: nothing to be seen
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }

    synchronized void look(JsonNode ops, JsonNode partitions) {
        looks++;
        int held = 0;
        Map<String, Long> owners = new HashMap<>();
        Set<Long> present = new HashSet<>();
        for (JsonNode op : ops) {
            long id = op.path("id").asLong();
            String status = op.path("status").asText();
            present.add(id);
            String before = ends.get(id);
            if (before != null && !before.equals(status)) {
                note("terminal states are final", "op " + id + " was " + before + ", is " + status);
            }
            if (ENDED.contains(status)) {
                if (ends.put(id, status) == null) {
                    outcomes.merge(op.path("kind").asText() + " " + status, 1, Integer::sum);
                }
                open.remove(id);
            } else {
                open.add(id);
            }
            if (op.path("kind").asText().equals("Move") && HOLDS_TOKEN.contains(status)) {
                held++;
                Long other = owners.put(op.path("target").asText(), id);
                if (other != null) {
                    note("never two ops own one partition", other + " and " + op);
                }
            }
        }
        for (long id : open) {
            if (!present.contains(id)) {
                note("an accepted request is never forgotten", "op " + id + " was open and isn't there any more");
            }
        }
        ends.keySet().retainAll(present); // ended ops are dropped some time
        mostTokens = Math.max(mostTokens, held);
        if (held > tokens) {
            note("tokens in use never exceed the limit", held + " moves hold a token, the limit is " + tokens);
        }
        for (JsonNode p : partitions) {
            redundancy(p);
        }
    }

    /** Faults take replicas out of in-sync; nothing may take members away, and the bounds leave one copy in-sync. */
    private void redundancy(JsonNode p) {
        Set<String> nodes = new HashSet<>();
        p.path("members").forEach(m -> nodes.add(m.path("node").asText()));
        if (p.path("members").size() < replicas.getOrDefault(p.path("table").asText(), 0)) {
            note("a partition never has fewer replicas by the master's doing", "members of " + p);
        }
        if (nodes.size() < p.path("members").size()) {
            note("a partition's replicas lie on different datanodes", "" + p);
        }
        if (p.path("inSync").isEmpty()) {
            note("a good copy is always left", "none in-sync: " + p);
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
