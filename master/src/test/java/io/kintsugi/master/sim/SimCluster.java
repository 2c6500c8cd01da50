package io.kintsugi.master.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.transport.AdminService.Caller;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A cluster on virtual time: the real core, control loop and services, with datanodes that only play the protocol. */
public final class SimCluster {
    public static final Caller TEST = new Caller("", "test");

    private final World world = new World();
    private final SimMasters masters = new SimMasters(world);
    private final Map<String, FakeDatanode> nodes = new TreeMap<>();

    /** Nodes d1… with disks /0…, all in one zone, all started. */
    public SimCluster(int datanodes, int disks) {
        for (int i = 1; i <= datanodes; i++) {
            add("d" + i, "default", disks);
        }
        run(
                "datanodes register",
                Duration.ofSeconds(10),
                () -> masters.state().nodes().size() == datanodes
                        && view().reports().judging()
                        && masters.state().nodes().stream()
                                .allMatch(n -> view().reports().alive(n.id())));
    }

    public FakeDatanode add(String name, String zone, int disks) {
        List<String> paths = IntStream.range(0, disks).mapToObj(i -> "/" + i).toList();
        FakeDatanode node = new FakeDatanode(world, masters, nodes, name, zone, paths);
        nodes.put(name, node);
        node.start();
        return node;
    }

    public World world() {
        return world;
    }

    public SimMasters masters() {
        return masters;
    }

    public FakeDatanode node(String name) {
        return nodes.get(name);
    }

    public FakeDatanode node(int id) {
        return nodes.get(masters.state().node(id).orElseThrow().name());
    }

    public View view() {
        return masters.service().view();
    }

    public Disk disk(String node, String path) {
        int id = masters.state().nodeByName(node).orElseThrow().id();
        return masters.state().disksOfNode(id).stream()
                .filter(d -> d.path().equals(path))
                .reduce((older, newer) -> newer)
                .orElseThrow();
    }

    public List<Partition> partitions() {
        return List.copyOf(masters.state().partitions().values());
    }

    public void createTable(String name, int partitions, int replicas) {
        get(masters.service().createTable(TEST, name, partitions, replicas, 1));
        run("table serves", Duration.ofSeconds(10), this::healthy);
    }

    public long drain(String node, String path) {
        return get(masters.service().drains().decommissionDisk(TEST, node, path, Op.DEFAULT_WEIGHT));
    }

    /** What an operator asks; the op's id, or what else the command answers. Fails when it is refused. */
    public long ask(Command command) {
        Outcome outcome = get(masters.ask(command));
        assertThat(outcome.accepted())
                .as("%s: %s %s", command, outcome.reason(), outcome.message())
                .isTrue();
        return outcome.value();
    }

    public int id(String node) {
        return masters.state().nodeByName(node).orElseThrow().id();
    }

    public String name(int node) {
        return masters.state().node(node).orElseThrow().name();
    }

    public void copyTime(Duration time) {
        nodes.values().forEach(n -> n.copyTime(time));
    }

    public Op op(long id) {
        return masters.state().op(id).orElseThrow();
    }

    public List<Op> moves() {
        return masters.state().ops().stream()
                .filter(o -> o.kind() == OpKind.MOVE)
                .toList();
    }

    /** Every partition is served and has all its replicas in-sync, none joining. */
    public boolean healthy() {
        return masters.loop() != null
                && masters.loop().view().isPresent()
                && partitions().stream()
                        .allMatch(p -> view().served(p) && p.inSync().size() == p.target() && p.joining() == null);
    }

    public <T> T get(CompletableFuture<T> future) {
        assertThat(world.runUntil(Duration.ofSeconds(60), future::isDone))
                .as("answered")
                .isTrue();
        return future.join();
    }

    /** Fails with a picture of the cluster when the condition doesn't come. */
    public void run(String what, Duration bound, java.util.function.BooleanSupplier condition) {
        assertThat(world.runUntil(bound, condition))
                .as(() -> what + " within " + bound + "; " + picture())
                .isTrue();
    }

    private String picture() {
        return "\npartitions " + partitions() + "\nops " + masters.state().openOps() + "\nlast steps "
                + masters.passed()
                        .subList(
                                Math.max(0, masters.passed().size() - 20),
                                masters.passed().size());
    }
}
