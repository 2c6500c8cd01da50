package io.kintsugi.sim.cluster;

import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.WriteRequest;
import io.kintsugi.master.model.Partition;
import io.kintsugi.proto.KvStatus;
import io.kintsugi.proto.Member;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.sim.datanode.SimNode;
import io.kintsugi.sim.history.Invocation;
import io.kintsugi.sim.master.SimMaster;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Clients that put, get and delete a few keys, most of the time one operation at a time, as the client library does: routes from the masters,
 * a write is tried again with its sequence until it is acknowledged or given up. What they did and saw is the history.
 */
final class Clients {
    private static final int BURST_EVERY = 12;

    private final Cluster cluster;
    private final SplittableRandom random;
    private final ForkedHistory history = new ForkedHistory();
    private final List<Client> clients = new ArrayList<>();
    private boolean over;
    private long values;
    private long written;
    private long read;

    Clients(Cluster cluster) {
        this.cluster = cluster;
        this.random = cluster.world.random("clients");
        for (int i = 1; i <= cluster.plan.clients(); i++) {
            Client client = new Client(100 + i);
            clients.add(client);
            client.later();
        }
    }

    /** Nothing new is begun. */
    void end() {
        over = true;
    }

    /** One more client reads every key, once: whatever was acknowledged must be there. */
    void readAll() {
        Client last = new Client(100 + clients.size() + 1);
        clients.add(last);
        for (int i = 0; i < cluster.plan.keys(); i++) {
            last.toRead.add("k" + i);
        }
        last.sure = true;
        last.begin();
    }

    boolean idle() {
        return clients.stream().allMatch(c -> c.open.isEmpty());
    }

    long written() {
        return written;
    }

    long read() {
        return read;
    }

    /** Breaks law 1 unless all that was seen can be explained. */
    void check() {
        List<Partition> partitions = cluster.state().tableByName(Cluster.TABLE).stream()
                .flatMap(t -> cluster.state().partitionsOfTable(t.id()).stream())
                .sorted(Comparator.comparingInt(Partition::index))
                .toList();
        for (String key : history.keys()) {
            int partition = partitions.get(slot(key, partitions.size())).id();
            String wrong = history.check(key, cluster.forks.of(partition));
            if (!wrong.isEmpty()) {
                throw cluster.world.broken("1", "not linearizable: " + wrong);
            }
        }
    }

    private static int slot(String key, int partitions) {
        return Math.floorMod(key.hashCode(), partitions);
    }

    /** One operation under way. @param value what is written; {@link Invocation#ABSENT} for a delete */
    private record Operation(boolean write, String key, long value, long sequence, long begun) {}

    private final class Client {
        private final long id;
        /** Before anything else. */
        private final Deque<String> toRead = new ArrayDeque<>();

        private List<PartitionConfig> route;
        private final Set<Operation> open = new LinkedHashSet<>();
        /** It begins when all is well: everything must be answered. */
        private boolean sure;

        private long sequence;

        Client(long id) {
            this.id = id;
        }

        void later() {
            long nanos = random.nextLong(2 * cluster.plan.opEvery()) + 1;
            cluster.world.after(nanos, "client", "c" + id, () -> {
                if (!over) {
                    begin();
                }
            });
        }

        /** Now and then several writes at once. */
        private void begin() {
            boolean several = toRead.isEmpty() && random.nextInt(BURST_EVERY) == 0;
            int burst = several ? 2 + random.nextInt(random.nextInt(4) == 0 ? 12 : 4) : 1;
            for (int i = 0; i < burst; i++) {
                Operation operation = operation(several || random.nextInt(5) < 3);
                open.add(operation);
                attempt(operation);
            }
        }

        private Operation operation(boolean wanted) {
            boolean write = wanted && toRead.isEmpty();
            String key = toRead.isEmpty() ? "k" + random.nextInt(cluster.plan.keys()) : toRead.poll();
            long value = random.nextInt(6) == 0 ? Invocation.ABSENT : ++values;
            return new Operation(write, key, value, write ? ++sequence : 0, cluster.world.now());
        }

        private void attempt(Operation op) {
            if (!sure && cluster.world.now() - op.begun > patience()) {
                giveUp(op);
            } else if (route == null) {
                askRoute(op);
            } else {
                PartitionConfig partition = route.get(slot(op.key, route.size()));
                SimNode node = primary(partition);
                if (node == null) {
                    again(op);
                } else {
                    send(op, partition.getPartition(), node);
                }
            }
        }

        /** Whatever the pace, replicas remember a session for an hour: who tries longer could write twice. */
        private long patience() {
            return Math.min(cluster.plan.paced(15_000), Duration.ofMinutes(30).toNanos());
        }

        private void askRoute(Operation op) {
            List<SimMaster> all = cluster.masters.all();
            SimMaster master = all.get(random.nextInt(all.size()));
            cluster.network
                    .call(
                            cluster.outside,
                            master.process(),
                            "route",
                            cluster.plan.paced(1_000),
                            () -> CompletableFuture.completedFuture(Cluster.route(master)))
                    .whenComplete((found, failure) -> {
                        route = found;
                        if (found == null) {
                            again(op);
                        } else {
                            attempt(op);
                        }
                    });
        }

        private SimNode primary(PartitionConfig partition) {
            return Stream.concat(
                            partition.getMembersList().stream(),
                            partition.hasJoining() ? Stream.of(partition.getJoining()) : Stream.empty())
                    .filter(m -> m.getReplica() == partition.getPrimary())
                    .map(Member::getAddress)
                    .map(cluster::node)
                    .findFirst()
                    .orElse(null);
        }

        private void send(Operation op, int partition, SimNode node) {
            byte[] key = op.key.getBytes(StandardCharsets.UTF_8);
            cluster.network
                    .call(cluster.outside, node.process(), "kv", cluster.plan.paced(1_500), () -> {
                        if (!op.write) {
                            return node.read(partition, key, false);
                        }
                        boolean delete = op.value == Invocation.ABSENT;
                        return node.write(
                                partition,
                                new WriteRequest(
                                        delete ? Entry.Op.DELETE : Entry.Op.PUT,
                                        key,
                                        delete ? null : bytes(op.value),
                                        id,
                                        op.sequence,
                                        node.process().clock().millis()));
                    })
                    .whenComplete((answer, failure) -> {
                        if (failure == null) {
                            answered(op, answer);
                        } else {
                            again(op);
                        }
                    });
        }

        private void answered(Operation op, SimNode.Answer answer) {
            if (!open.contains(op)) {
                return;
            }
            long now = cluster.world.now();
            if (op.write && answer.status() == KvStatus.KV_OK) {
                written++;
                history.add(op.key, Invocation.write(op.value, op.begun, now), answer.replica(), answer.at());
                done(op);
            } else if (op.write && answer.status() == KvStatus.KV_SESSION_EXPIRED) {
                giveUp(op);
            } else if (!op.write && answer.status() == KvStatus.KV_OK) {
                read++;
                long found = ByteBuffer.wrap(answer.value()).getLong();
                history.add(op.key, Invocation.read(found, op.begun, now), answer.replica(), answer.at());
                done(op);
            } else if (!op.write && answer.status() == KvStatus.KV_NOT_FOUND) {
                read++;
                history.add(op.key, Invocation.read(Invocation.ABSENT, op.begun, now), answer.replica(), answer.at());
                done(op);
            } else {
                again(op);
            }
        }

        private void again(Operation op) {
            route = null;
            long nanos = cluster.plan.paced(20) + random.nextLong(cluster.plan.paced(100));
            cluster.world.after(nanos, "client", "c" + id, () -> {
                if (open.contains(op)) {
                    attempt(op);
                }
            });
        }

        /** A write may yet be done; a read says nothing. */
        private void giveUp(Operation op) {
            if (op.write) {
                history.add(op.key, Invocation.write(op.value, op.begun, Invocation.NEVER), 0, 0);
            }
            cluster.world.count("client.gave-up", "c" + id);
            done(op);
        }

        private void done(Operation op) {
            open.remove(op);
            if (!open.isEmpty()) {
                return;
            }
            if (toRead.isEmpty()) {
                later();
            } else {
                begin();
            }
        }
    }

    private static byte[] bytes(long value) {
        return ByteBuffer.allocate(Long.BYTES + (int) (value % 5) * 40)
                .putLong(value)
                .array();
    }
}
