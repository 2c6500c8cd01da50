package io.kintsugi.sim.cluster;

import io.kintsugi.client.KeyHash;
import io.kintsugi.client.KintsugiClient;
import io.kintsugi.client.KintsugiException;
import io.kintsugi.client.PutIf;
import io.kintsugi.client.Scan;
import io.kintsugi.client.Table;
import io.kintsugi.master.model.Partition;
import io.kintsugi.sim.datanode.SimNode;
import io.kintsugi.sim.history.Invocation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Clients that put, get and delete a few keys, most of the time one operation at a time, each through a {@link KintsugiClient} of its own on a
 * simulated network. What they did and saw is the history. A write that fails with anything but {@code UNKNOWN} is taken at its word: it was not
 * done and never will be. In a third of the runs some of them put for a time, or on a condition.
 */
final class Clients {
    private static final int BURST_EVERY = 12;

    private final Cluster cluster;
    private final SplittableRandom random;
    private final Kinds kinds;
    private final ForkedHistory history = new ForkedHistory();
    private final List<Client> clients = new ArrayList<>();
    private boolean over;
    private long values;
    private long written;
    private long read;

    Clients(Cluster cluster) {
        this.cluster = cluster;
        this.random = cluster.world.random("clients");
        this.kinds = new Kinds(cluster);
        for (int i = 1; i <= cluster.plan.clients(); i++) {
            Client client = new Client(100 + i, patience());
            clients.add(client);
            client.later();
        }
    }

    /** Nothing new is begun. */
    void end() {
        over = true;
    }

    /** All are well: each client, and a new one, reads every key until it is answered. Whatever was acknowledged must be there. */
    void readAll() {
        end();
        clients.add(new Client(100 + clients.size() + 1, patience()));
        for (Client client : clients) {
            for (int i = 0; i < cluster.plan.keys(); i++) {
                client.toRead.add("k" + i);
            }
            client.begin();
        }
    }

    /** Whatever the pace, replicas remember a session for an hour: who tries longer could write twice. */
    private Duration patience() {
        return Duration.ofNanos(
                Math.min(cluster.plan.paced(15_000), Duration.ofMinutes(30).toNanos()));
    }

    boolean idle() {
        return clients.stream().allMatch(c -> c.open == 0);
    }

    long written() {
        return written;
    }

    long read() {
        return read;
    }

    /** Breaks law 1 unless all that was seen can be explained. */
    void check() {
        for (String key : history.keys()) {
            int partition = partition(key);
            String wrong = history.check(key, cluster.forks.of(partition), kinds.clocks());
            if (!wrong.isEmpty()) {
                throw cluster.world.broken("1", "not linearizable: " + wrong);
            }
        }
    }

    private int partition(String key) {
        List<Partition> all = cluster.state().tableByName(Cluster.TABLE).stream()
                .flatMap(t -> cluster.state().partitionsOfTable(t.id()).stream())
                .sorted(Comparator.comparingInt(Partition::index))
                .toList();
        return all.get(slot(key)).id();
    }

    private int slot(String key) {
        return KeyHash.slot(KeyHash.CRC32C, bytes(key), cluster.plan.partitions());
    }

    /** One operation under way. @param value what is written; {@link Invocation#ABSENT} for a delete */
    private record Operation(boolean write, String key, long value, long begun) {}

    private final class Client {
        private final String name;
        private final SimTransport transport;
        private final Table table;
        /** Before anything else. */
        private final Deque<String> toRead = new ArrayDeque<>();

        private int open;

        /** @param patience with one operation */
        Client(int number, Duration patience) {
            name = "c" + number;
            transport = new SimTransport(cluster, name);
            table = transport.connect(patience).table(Cluster.TABLE);
        }

        void later() {
            long nanos = random.nextLong(2 * cluster.plan.opEvery()) + 1;
            cluster.world.after(nanos, "client", name, () -> {
                if (!over) {
                    begin();
                }
            });
        }

        /** Now and then several writes at once, or several keys in one read, or a partition from one key to another. */
        private void begin() {
            int what = toRead.isEmpty() ? random.nextInt(BURST_EVERY) : 1;
            if (what == 2) {
                open = 1;
                several(random.nextBoolean());
                return;
            }
            boolean several = what == 0;
            int burst = several ? 2 + random.nextInt(random.nextInt(4) == 0 ? 12 : 4) : 1;
            open = burst;
            for (int i = 0; i < burst; i++) {
                begin(operation(several || random.nextInt(5) < 3));
            }
        }

        /** What is read is a read of each key by itself. */
        private void several(boolean scan) {
            long begun = cluster.world.now();
            String first = "k" + random.nextInt(cluster.plan.keys());
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < cluster.plan.keys(); i++) {
                String key = "k" + i;
                if (scan ? slot(key) == slot(first) && key.compareTo(first) >= 0 : random.nextBoolean()) {
                    keys.add(key);
                }
            }
            CompletableFuture<Void> ended = scan
                    ? page(table.scan(slot(first), bytes(first), bytes("k"), 1 + random.nextInt(3)), keys, begun)
                    : table.multiGetAsync(keys.stream().map(Clients::bytes).toList())
                            .thenAccept(found -> readAll(keys, found, begun));
            ended.whenComplete((nothing, failure) -> {
                for (String key : keys) {
                    read(new Operation(false, key, 0, begun), null, failure);
                }
                done();
            });
        }

        /** @param keys that are still to come */
        private CompletableFuture<Void> page(Scan scan, List<String> keys, long begun) {
            return scan.nextAsync().thenCompose(page -> {
                Map<byte[], byte[]> found = new TreeMap<>(Arrays::compareUnsigned);
                page.forEach(r -> found.put(r.key(), r.value()));
                List<String> covered = new ArrayList<>(keys);
                if (scan.hasNext()) {
                    byte[] end = page.get(page.size() - 1).key();
                    covered.removeIf(key -> Arrays.compareUnsigned(bytes(key), end) > 0);
                }
                keys.removeAll(covered);
                readAll(covered, found, begun);
                return scan.hasNext() ? page(scan, keys, begun) : CompletableFuture.completedFuture(null);
            });
        }

        private void readAll(List<String> keys, Map<byte[], byte[]> found, long begun) {
            for (String key : List.copyOf(keys)) {
                read(new Operation(false, key, 0, begun), found.get(bytes(key)), null);
            }
            keys.clear();
        }

        private Operation operation(boolean wanted) {
            boolean write = wanted && toRead.isEmpty();
            String key = toRead.isEmpty() ? "k" + random.nextInt(cluster.plan.keys()) : toRead.poll();
            long value = random.nextInt(6) == 0 ? Invocation.ABSENT : ++values;
            return new Operation(write, key, value, cluster.world.now());
        }

        private void begin(Operation op) {
            byte[] key = bytes(op.key);
            if (!op.write) {
                table.getAsync(key).whenComplete((found, failure) -> {
                    read(op, failure == null ? found.orElse(null) : null, failure);
                    done();
                });
            } else if (op.value == Invocation.ABSENT) {
                kinds.seen(op.key, op.value);
                table.deleteAsync(key).whenComplete((done, failure) -> written(op, failure));
            } else {
                Invocation put = kinds.next(op.key, op.value, op.begun);
                switch (put.kind()) {
                    case WRITE_IF ->
                        putIf(key, put).whenComplete((answer, failure) -> {
                            if (failure == null && !answer.done()) {
                                refused(op, put, answer);
                            } else {
                                written(op, put, failure);
                            }
                        });
                    default -> {
                        CompletableFuture<Void> done = put.ttl() == 0
                                ? table.putAsync(key, bytes(op.value))
                                : table.putAsync(key, bytes(op.value), Duration.ofNanos(put.ttl()));
                        done.whenComplete((nothing, failure) -> written(op, put, failure));
                    }
                }
            }
        }

        private CompletableFuture<PutIf> putIf(byte[] key, Invocation put) {
            return put.expected() == Invocation.ABSENT
                    ? table.putIfAbsentAsync(key, bytes(put.value()))
                    : table.putIfValueAsync(key, bytes(put.expected()), bytes(put.value()));
        }

        /** It read what it found. If it doesn't say what, at least it wrote nothing: nobody may ever find its value. */
        private void refused(Operation op, Invocation put, PutIf answer) {
            cluster.world.count("client.condition-failed", name);
            if (answer.known()) {
                long found =
                        answer.current().map(v -> ByteBuffer.wrap(v).getLong()).orElse(Invocation.ABSENT);
                if (found == put.expected()) {
                    throw cluster.world.broken("1", "refused, though it found what it expected: " + put);
                }
                kinds.seen(op.key, found);
                seen(op, Invocation.read(found, op.begun, cluster.world.now()));
            }
            done();
        }

        private void written(Operation op, Throwable failure) {
            written(op, Invocation.write(op.value, op.begun, Invocation.NEVER), failure);
        }

        private void written(Operation op, Invocation what, Throwable failure) {
            if (failure == null) {
                written++;
                seen(op, what.until(cluster.world.now()));
            } else if (reason(failure).equals("UNKNOWN")) {
                history.add(op.key, what, 0, 0);
                cluster.world.count("client.gave-up", name);
            } else {
                cluster.world.count("client.refused", name);
            }
            done();
        }

        private void read(Operation op, byte[] found, Throwable failure) {
            if (failure == null) {
                read++;
                long value = found == null
                        ? Invocation.ABSENT
                        : ByteBuffer.wrap(found).getLong();
                kinds.seen(op.key, value);
                seen(op, Invocation.read(value, op.begun, cluster.world.now()));
            } else {
                cluster.world.count("client.gave-up", name);
                if (over) {
                    toRead.addFirst(op.key);
                }
            }
        }

        /** The answer that ended it is the last that came. */
        private void seen(Operation op, Invocation what) {
            SimNode.Answer answer = transport.last(partition(op.key));
            history.add(op.key, what, answer.replica(), answer.at());
        }

        private void done() {
            open--;
            if (open > 0) {
                return;
            }
            if (!over) {
                later();
            } else if (!toRead.isEmpty()) {
                begin();
            }
        }
    }

    private static String reason(Throwable failure) {
        return failure instanceof CompletionException
                ? reason(failure.getCause())
                : ((KintsugiException) failure).reason();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(long value) {
        return ByteBuffer.allocate(Long.BYTES + (int) (value % 5) * 40)
                .putLong(value)
                .array();
    }
}
