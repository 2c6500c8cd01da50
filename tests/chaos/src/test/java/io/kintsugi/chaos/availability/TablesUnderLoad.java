package io.kintsugi.chaos.availability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kintsugi.chaos.AdminClient;
import io.kintsugi.chaos.ProcessCluster;
import io.kintsugi.chaos.history.RecordedTable;
import io.kintsugi.client.KeyHash;
import io.kintsugi.client.KintsugiClient;
import io.kintsugi.sim.history.History;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Tables each partition of which is written and read throughout by clients of its own; what they did and saw is kept, and must be
 * linearizable: then nothing that was acknowledged is lost, and nothing that was taken back was ever read.
 */
final class TablesUnderLoad implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofMinutes(2);
    /** So long a client tries before it takes no for an answer: what isn't served is found out by this. */
    private static final Duration IN_VAIN = Duration.ofSeconds(2);
    /** On average half of it lies between two operations of a client. */
    private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

    private static final int KEYS = 2;
    private static final int VALUE_BYTES = 200;

    private final Map<String, History> histories = new TreeMap<>();
    private final Map<String, RecordedTable> tables = new TreeMap<>();
    private final List<Part> parts = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final KintsugiClient client;
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private volatile boolean stopped;
    private volatile boolean written = true;

    /** A partition, and keys of it. */
    record Part(String table, int index, int replicas, List<String> keys) {
        /** {@code table.index}. */
        String name() {
            return table + "." + index;
        }
    }

    /** Makes a table of each of these numbers of replicas, named {@code r1} …, and begins to write and read. */
    TablesUnderLoad(ProcessCluster cluster, int partitions, int... replicas) {
        client = cluster.client(IN_VAIN);
        AdminClient admin = cluster.admin();
        for (int r : replicas) {
            String table = "r" + r;
            admin.post("/v1/tables", Map.of("name", table, "partitions", partitions, "replicas", r));
            histories.put(table, new History());
            tables.put(table, new RecordedTable(client.table(table), histories.get(table), VALUE_BYTES));
            for (int i = 0; i < partitions; i++) {
                parts.add(new Part(table, i, r, keys(i, partitions)));
            }
        }
        awaitServed(parts);
        Random seeds = new Random(7);
        for (Part part : parts) {
            start(part, seeds.nextLong(), 0.8);
            start(part, seeds.nextLong(), 0.2);
        }
    }

    private static List<String> keys(int index, int partitions) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "key-" + i)
                .filter(k -> KeyHash.slot(KeyHash.CRC32C, k.getBytes(StandardCharsets.UTF_8), partitions) == index)
                .limit(KEYS)
                .toList();
    }

    private void start(Part part, long seed, double puts) {
        Random random = new Random(seed);
        RecordedTable table = tables.get(part.table);
        threads.add(Thread.ofPlatform().name("client-" + part.name()).start(() -> {
            try {
                while (!stopped) {
                    String key = part.keys.get(random.nextInt(KEYS));
                    if (random.nextDouble() < puts && written) {
                        table.put(key);
                    } else {
                        table.get(key);
                    }
                    LockSupport.parkNanos(random.nextLong(PAUSE_NANOS));
                }
            } catch (RuntimeException e) {
                failure.compareAndSet(null, e);
            }
        }));
    }

    List<Part> parts() {
        return List.copyOf(parts);
    }

    /** Whether clients write besides reading. */
    void write(boolean yes) {
        written = yes;
    }

    /** Each of them is read and written, within some time. */
    void awaitServed(Collection<Part> wanted) {
        assertThat(all(wanted, part -> await(part.name() + " is served")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> serves(part), yes -> yes)))
                .doesNotContain(false);
    }

    /** Nobody reads or writes any of them. */
    void assertNotServed(Collection<Part> wanted) {
        List<Part> list = List.copyOf(wanted);
        List<Boolean> read = all(list, part -> table(part).get(part.keys.getFirst()));
        List<Boolean> put = written ? all(list, part -> table(part).put(part.keys.getFirst())) : List.of();
        assertThat(list).filteredOn(p -> read.get(list.indexOf(p))).as("read").isEmpty();
        assertThat(list)
                .filteredOn(p -> !put.isEmpty() && put.get(list.indexOf(p)))
                .as("written")
                .isEmpty();
    }

    private boolean serves(Part part) {
        String key = part.keys.getFirst();
        return (!written || table(part).put(key)) && table(part).get(key);
    }

    private RecordedTable table(Part part) {
        return tables.get(part.table);
    }

    private interface Probe {
        boolean of(Part part);
    }

    private static List<Boolean> all(Collection<Part> parts, Probe probe) {
        return parts.stream()
                .map(part -> CompletableFuture.supplyAsync(
                        asked(probe, part), command -> Thread.ofPlatform().start(command)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
    }

    private static Supplier<Boolean> asked(Probe probe, Part part) {
        return () -> probe.of(part);
    }

    /** Reads every key once more, and judges all that clients have seen so far. All partitions must be served. */
    void assertNothingLost() {
        awaitServed(parts);
        if (failure.get() != null) {
            throw new AssertionError("a client failed", failure.get());
        }
        histories.forEach((name, history) -> {
            for (String key : history.keys()) {
                await().atMost(PATIENCE).until(() -> tables.get(name).get(key));
            }
            assertThat(history.check()).as("history of %s", name).isEmpty();
        });
    }

    /** Longest time that one operation took until now, milliseconds, and how many were done. */
    String figures() {
        StringBuilder all = new StringBuilder();
        histories.forEach((name, history) -> all.append("%s: %d operations, %d unknown, slowest %d ms; "
                .formatted(
                        name,
                        history.operations(),
                        history.unknown(),
                        tables.get(name).slowestMillis())));
        return all.toString();
    }

    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
