package io.kintsugi.bench.cluster;

import io.kintsugi.common.Clock;
import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.driver.ControlLoop;
import io.kintsugi.master.driver.LoopExecutor;
import io.kintsugi.master.driver.NodeLink;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.state.Applied;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.master.state.MasterCore;
import io.kintsugi.proto.DiskHello;
import io.kintsugi.proto.DiskReport;
import io.kintsugi.proto.Hello;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeUp;
import io.kintsugi.proto.ReplicaReport;
import io.kintsugi.proto.Report;
import io.kintsugi.proto.Role;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A master's core and control loop without consensus and disk, in the caller's thread, and datanodes that are nothing but the messages that they
 * would send: as many replicas as one likes.
 */
public final class PaperCluster {
    private static final int DISKS = 12;
    private static final int REPLICAS = 3;
    private static final int PARTITIONS_OF_TABLE = 50_000;

    /** No time passes: nobody falls silent while others are measured. */
    private static final Clock STANDING = new Clock() {
        private final long millis = Clock.system().millis();

        @Override
        public long millis() {
            return millis;
        }

        @Override
        public long nanos() {
            return 0;
        }
    };

    private final MasterCore core = new MasterCore();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final List<Link> links = new ArrayList<>();
    private final int nodes;
    private ClusterState state = core.empty();
    private ControlLoop loop;
    private long index;

    /** Counts what the master sends to one datanode. */
    public static final class Link implements NodeLink {
        private long sent;

        @Override
        public void send(NodeDown message) {
            sent++;
        }

        @Override
        public void close() {
            throw new IllegalStateException("the master has ended a stream");
        }
    }

    public PaperCluster(int nodes) {
        this.nodes = nodes;
        apply(new Command.InitCluster("paper", 1));
        // what masters say by themselves in time isn't what is measured here
        apply(new Command.SetSettings(Map.of("PartitionVerifyIntervalMs", "0")));
        for (int n = 0; n < nodes; n++) {
            List<Command.DiskFact> disks = new ArrayList<>();
            for (int d = 0; d < DISKS; d++) {
                disks.add(new Command.DiskFact(uuid(n, d), "/data/" + d));
            }
            apply(new Command.RegisterNode("uuid-" + n, "d" + n, "d" + n + ":1", "d" + n + ":2", "z", "", disks));
        }
    }

    private static String uuid(int node, int disk) {
        return "disk-" + node + "-" + disk;
    }

    /** Makes tables with so many partitions in all, replicas evenly over the disks. */
    public void fill(int partitions) {
        List<Disk> disks = List.copyOf(state.disks());
        for (int made = 0, table = 0; made < partitions; made += PARTITIONS_OF_TABLE, table++) {
            List<Command.Placement> placements = new ArrayList<>();
            for (int p = made; p < Math.min(partitions, made + PARTITIONS_OF_TABLE); p++) {
                List<Integer> of = new ArrayList<>();
                for (int r = 0; r < REPLICAS; r++) {
                    int node = (p + r * (nodes / REPLICAS)) % nodes;
                    of.add(disks.get(node * DISKS + p / nodes % DISKS).id());
                }
                placements.add(new Command.Placement(of));
            }
            apply(new Command.CreateTable("t" + table, REPLICAS, 1, "crc32c", placements));
        }
    }

    private Outcome apply(Command command) {
        Envelope envelope = new Envelope("", 0, STANDING.millis(), "bench", command);
        Applied applied = core.apply(new LogPosition(1, ++index), List.of(envelope));
        state = applied.state();
        Outcome outcome = applied.outcomes().get(0);
        if (!outcome.accepted()) {
            throw new IllegalStateException(command.getClass().getSimpleName() + " is refused: " + outcome.message());
        }
        return outcome;
    }

    /** Begins to lead; every datanode says hello. */
    public void lead() {
        LoopExecutor executor = new LoopExecutor() {
            @Override
            public void execute(Runnable task) {
                tasks.add(task);
            }

            @Override
            public void schedule(long delayNanos, Runnable task) {
                // what time brings is no part of what is measured
            }

            @Override
            public void close() {}
        };
        loop = new ControlLoop(
                (id, term, by, command) -> new CompletableFuture<>(), () -> "", STANDING, name -> {}, executor);
        loop.leaderReady(1, state);
        run();
        for (Node node : state.nodes()) {
            Link link = new Link();
            links.add(link);
            Hello.Builder hello = Hello.newBuilder()
                    .setClusterId("paper")
                    .setNodeUuid(node.uuid())
                    .setName(node.name())
                    .setAddress(node.address())
                    .setHttpAddress(node.httpAddress())
                    .setZone(node.zone());
            state.disksOfNode(node.id())
                    .forEach(d -> hello.addDisks(DiskHello.newBuilder()
                            .setDiskUuid(d.uuid())
                            .setPath(d.path())
                            .setReport(DiskReport.newBuilder().setTotalBytes(1L << 42))));
            receive(links.size() - 1, NodeUp.newBuilder().setHello(hello).build());
        }
    }

    /** The report of every datanode, as bytes, node by node: all its replicas, up to entry {@code lastIndex}. */
    public List<byte[]> reports(boolean full, long lastIndex) {
        List<Report.Builder> byNode = new ArrayList<>();
        List<Node> all = List.copyOf(state.nodes());
        all.forEach(n -> byNode.add(Report.newBuilder().setFull(full)));
        for (Partition p : state.partitions().values()) {
            for (Member m : p.members()) {
                byNode.get(m.node() - all.get(0).id())
                        .addReplicas(ReplicaReport.newBuilder()
                                .setReplica(m.replica())
                                .setPartition(p.id())
                                .setDisk(m.disk())
                                .setEpoch(p.epoch())
                                .setRole(p.primary() == m.replica() ? Role.ROLE_PRIMARY : Role.ROLE_MEMBER)
                                .setLastEpoch(p.epoch())
                                .setLastIndex(lastIndex)
                                .setCommitIndex(lastIndex)
                                .setBytes(lastIndex * 1000));
            }
        }
        return byNode.stream()
                .map(r -> NodeUp.newBuilder().setReport(r).build().toByteArray())
                .toList();
    }

    /** Takes in one message and does all that follows from it. */
    public void receive(int node, NodeUp message) {
        loop.received(links.get(node), message);
        run();
    }

    private void run() {
        for (Optional<Runnable> task = next(); task.isPresent(); task = next()) {
            task.get().run();
        }
    }

    private Optional<Runnable> next() {
        return Optional.ofNullable(tasks.poll());
    }

    public int replicas() {
        return state.partitionCount() * REPLICAS;
    }

    /** Messages to datanodes so far. */
    public long sent() {
        return links.stream().mapToLong(l -> l.sent).sum();
    }
}
