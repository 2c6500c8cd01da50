package io.kintsugi.sim.cluster;

import com.google.protobuf.TextFormat;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.host.ReplicaHost;
import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.transport.AdminService.Caller;
import io.kintsugi.master.view.View;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeUp;
import io.kintsugi.sim.datanode.MasterDoor;
import io.kintsugi.sim.datanode.NodeLaws;
import io.kintsugi.sim.datanode.SimNode;
import io.kintsugi.sim.master.SimMaster;
import io.kintsugi.sim.master.SimMasters;
import io.kintsugi.sim.world.Network;
import io.kintsugi.sim.world.Process;
import io.kintsugi.sim.world.Stream;
import io.kintsugi.sim.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Masters and datanodes of one run, and one table. */
final class Cluster {
    static final String TABLE = "t";

    final World world;
    final Network network;
    final Plan plan;
    final SimMasters masters;
    final List<SimNode> nodes = new ArrayList<>();
    final Trouble trouble;
    final Forks forks;
    final LastCopies copies = new LastCopies(this);
    final Balances balances = new Balances(this);
    /** Partitions of which a replica was given an epoch above the masters', now or not long ago. */
    final Set<Integer> planted = new HashSet<>();
    /** Where operators and clients ask from; it never fails. */
    final Process outside;

    /** Partitions of which a replica holds something else by a fault. */
    final Set<Integer> rotten = new HashSet<>();

    private final Map<String, SimNode> byAddress = new LinkedHashMap<>();

    /** Starts everything, and makes the table. */
    Cluster(World world, Plan plan) {
        this.world = world;
        this.plan = plan;
        trouble = Trouble.drawn(world.random("trouble"));
        network = new Network(world);
        network.breakAfter(plan.paced(3_000));
        masters = new SimMasters(world, network, plan.masters(), plan.raft());
        Map<HostPort, MasterDoor> doors = new LinkedHashMap<>();
        masters.all().forEach(m -> doors.put(HostPort.parse(m.name() + ":1"), new Door(m)));
        for (int i = 1; i <= plan.datanodes(); i++) {
            SimNode.Settings s = plan.node();
            SimNode.Settings own = new SimNode.Settings(
                    "z" + (1 + i % plan.zones()), s.nodeset(), s.disks(), s.host(), s.replica(), s.heartbeat());
            SimNode node = new SimNode(world, network, "d" + i, own, doors, byAddress::get);
            nodes.add(node);
            byAddress.put(node.address(), node);
        }
        forks = new Forks(this);
        masters.onEntry(forks::take);
        NodeLaws laws = new NodeLaws(world, this::named);
        laws.forks(forks::last);
        nodes.forEach(node -> node.laws(laws));
        outside = new Process(world, "op");
        outside.start();
        nodes.forEach(SimNode::start);
    }

    private boolean named(long replica) {
        return state().partitions().values().stream()
                .anyMatch(p -> p.member(replica).isPresent());
    }

    private record Door(SimMaster master) implements MasterDoor {
        @Override
        public Process process() {
            return master.process();
        }

        @Override
        public Stream.Receiver<NodeUp> attend(Stream<NodeDown, NodeUp> down) {
            return master.attend(down);
        }
    }

    /** The table is there and healthy. */
    void begin() {
        must(
                "datanodes register",
                plan.bound(),
                () -> state().nodes().size() == nodes.size()
                        && view().filter(v -> v.reports().judging()
                                        && state().nodes().stream()
                                                .allMatch(n -> v.reports().alive(n.id())))
                                .isPresent());
        ask(new Command.SetSettings(settings()));
        must(
                "settings",
                plan.bound(),
                () -> state().settings().explicit().size() >= settings().size());
        int copies = Math.min(plan.replicas(), plan.datanodes());
        CompletableFuture<Table> made = masters.leader()
                .orElseThrow()
                .service()
                .createTable(
                        new Caller("make-table", "test"),
                        TABLE,
                        plan.partitions(),
                        copies,
                        Math.min(plan.minInSync(), copies));
        must(
                "the table is made",
                plan.bound(),
                () -> made.isDone() && state().tableByName(TABLE).isPresent());
        must("the table serves", plan.bound(), this::healthy);
    }

    Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "NodeDeadTimeoutMs", "" + 1_000L * plan.pace(),
                "DpRepairTimeoutMs", "" + 8_000L * plan.pace(),
                "DroppedTableRetentionMs", "" + 6_000L * plan.pace(),
                "DecommissionDpLimit", "10",
                "DecommissionDiskLimit", "10",
                "IncomingCopiesPerDisk", "2",
                "DecommissionRollbackLimit", "3",
                "DecommissionRetryLimit", "5",
                "CopyBytesPerSecond", "0"));
        settings.put("AutoFailover", "true");
        if (balances.some()) {
            settings.put("AutoBalance", "" + balances.fromTheBeginning());
            settings.put("BalanceLimit", "2");
        }
        // in some runs replicas are compared all the time, whatever goes on
        settings.put("PartitionVerifyIntervalMs", "" + (world.seed() % 4 == 1 ? 10_000L * plan.pace() : 0));
        settings.put("EnableAutoDecommission", "" + (world.seed() % 4 != 0));
        settings.put("AutoDecommissionDiskIntervalMs", "" + (world.seed() % 3) * 2_000L * plan.pace());
        settings.putAll(Map.of(
                "ReplicaLostTimeoutMs", "" + plan.lostMillis(),
                "BrakePercent", "" + plan.brakePercent(),
                "BrakeWindowMs", "" + 60_000L * plan.pace(),
                "AutoDpMetaRepairParallelCnt", "100",
                "AutoDpMetaRepairMode", "on"));
        return settings;
    }

    ClusterState state() {
        return masters.state();
    }

    /** Of the leader; empty while nobody leads. */
    Optional<View> view() {
        return masters.leader().flatMap(m -> m.loop().view());
    }

    SimNode node(String address) {
        return byAddress.get(address);
    }

    SimNode node(int id) {
        return nodes.stream()
                .filter(n -> n.name().equals(state().node(id).orElseThrow().name()))
                .findFirst()
                .orElseThrow();
    }

    /** Asks whoever leads; fails at once when nobody does. */
    CompletableFuture<Outcome> ask(Command command) {
        return ask("", command);
    }

    /** @param id of the request, so that asked again it is answered and not carried out again; empty for none */
    CompletableFuture<Outcome> ask(String id, Command command) {
        return masters.leader()
                .map(m -> m.proposer().propose(id, 0, "operator", command))
                .orElseGet(() -> CompletableFuture.failedFuture(new IllegalStateException("nobody leads")));
    }

    /** Every partition is served and has all its replicas in-sync, none joining. */
    boolean healthy() {
        return masters.whole()
                && view().filter(v -> !state().partitions().isEmpty()
                                && state().partitions().values().stream()
                                        .allMatch(p ->
                                                v.served(p) && p.inSync().size() == p.target() && p.joining() == null))
                        .isPresent();
    }

    /** No datanode has a replica that its partition's configuration doesn't name. */
    boolean nothingStray() {
        return nodes.stream().filter(node -> node.host() != null).allMatch(node -> node.host().reports().stream()
                .allMatch(r -> named(r.getReplica())));
    }

    /** Breaks law 8, with a picture of the cluster, when the condition doesn't come in time. */
    void must(String what, Duration bound, BooleanSupplier condition) {
        Duration look = Duration.ofNanos(plan.paced(25)); // after each event would cost more than the events
        for (Duration left = bound; !condition.getAsBoolean(); left = left.minus(look)) {
            if (left.isNegative()) {
                throw world.broken("8", "not within " + bound + ": " + what + "; " + picture());
            }
            world.run(look);
        }
    }

    /** Of a replica, as its datanode has it. */
    private String condition(Member m) {
        NodeHost host = node(m.node()).host();
        ReplicaHost replica = host == null ? null : host.replica(m.replica());
        return "replica " + m.replica() + " on " + node(m.node()).name() + ": "
                + (replica == null ? "not open" : replica.status().toString());
    }

    String picture() {
        StringBuilder text = new StringBuilder("masters ").append(masters.all());
        state().partitions().values().forEach(p -> {
            text.append("\n  ").append(p);
            p.all().forEach(m -> text.append("\n    ").append(condition(m)));
        });
        state().openOps().forEach(o -> text.append("\n  ").append(o));
        state().disks().forEach(d -> text.append("\n  ").append(d));
        state().nodes().forEach(n -> text.append("\n  ").append(n));
        nodes.forEach(n -> {
            text.append("\n  ")
                    .append(n.name())
                    .append(n.process().up() ? " up " : " down ")
                    .append(n.disks());
            if (n.process().up()) {
                n.host().reports().forEach(r -> text.append("\n    ")
                        .append(TextFormat.printer().shortDebugString(r)));
            }
        });
        return text.toString();
    }
}
