package io.kintsugi.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Looks at the partitions of tables again and again, and remembers how many in-sync replicas each was short of at worst. */
public final class RedundancyWatch implements AutoCloseable {
    private final AdminClient admin;
    private final Map<String, Integer> tables;
    private final Map<Integer, Integer> missing = new ConcurrentHashMap<>();
    private final Map<Integer, String> when = new ConcurrentHashMap<>();
    private final Duration pause;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile long looks;
    private volatile int mostMoves;

    /** @param replicas of each table */
    public RedundancyWatch(AdminClient admin, Map<String, Integer> replicas) {
        this(admin, replicas, Duration.ZERO);
    }

    /** @param pause between two looks: fewer cores are needed, less is seen */
    public RedundancyWatch(AdminClient admin, Map<String, Integer> replicas, Duration pause) {
        this.admin = admin;
        this.tables = Map.copyOf(replicas);
        this.pause = pause;
        this.thread = Thread.ofPlatform().name("redundancy-watch").start(this::watch);
    }

    /** Most in-sync replicas that any partition was short of. */
    public int mostMissing() {
        return missing.values().stream().mapToInt(i -> i).max().orElseThrow();
    }

    /** Partitions at their worst, as the API showed them. */
    public String worstAsShown() {
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
                admin.get("/v1/partitions").forEach(this::look);
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
            LockSupport.parkNanos(pause.toNanos());
        }
    }

    private void look(JsonNode p) {
        Integer replicas = tables.get(p.path("table").asText());
        if (replicas != null) {
            int id = p.path("id").asInt();
            int missed = replicas - p.path("inSync").size();
            if (missed > missing.getOrDefault(id, Integer.MIN_VALUE)) {
                missing.put(id, missed);
                when.put(id, p.toString());
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
