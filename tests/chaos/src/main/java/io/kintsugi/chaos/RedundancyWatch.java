package io.kintsugi.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Looks at the partitions of a table again and again, and remembers the smallest in-sync set of each. */
public final class RedundancyWatch implements AutoCloseable {
    private final AdminClient admin;
    private final String table;
    private final Map<Integer, Integer> smallest = new ConcurrentHashMap<>();
    private final Map<Integer, String> when = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile long looks;
    private volatile int mostMoves;

    public RedundancyWatch(AdminClient admin, String table) {
        this.admin = admin;
        this.table = table;
        this.thread = Thread.ofPlatform().name("redundancy-watch").start(this::watch);
    }

    /** Smallest number of in-sync replicas seen in any partition. */
    public int least() {
        return smallest.values().stream().mapToInt(i -> i).min().orElseThrow();
    }

    /** The partition that had it, as the API showed it. */
    public String leastAsShown() {
        return when.toString();
    }

    /** How many moves were Prepare or Running at most at one look. */
    public int mostMoves() {
        return mostMoves;
    }

    public long looks() {
        return looks;
    }

    private void watch() {
        while (!stopped) {
            try {
                for (JsonNode p : admin.get("/v1/partitions?table=" + table)) {
                    int inSync = p.path("inSync").size();
                    int id = p.path("id").asInt();
                    if (inSync < smallest.getOrDefault(id, Integer.MAX_VALUE)) {
                        smallest.put(id, inSync);
                        when.put(id, p.toString());
                    }
                }
                int moves = 0;
                for (JsonNode op : admin.get("/v1/ops")) {
                    String status = op.path("status").asText();
                    boolean holdsToken = status.equalsIgnoreCase("Prepare") || status.equalsIgnoreCase("Running");
                    moves += op.path("kind").asText().equalsIgnoreCase("Move") && holdsToken ? 1 : 0;
                }
                mostMoves = Math.max(mostMoves, moves);
                looks++;
            } catch (RuntimeException e) {
                Thread.onSpinWait(); // no leader at the moment: nothing to be seen
            }
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
