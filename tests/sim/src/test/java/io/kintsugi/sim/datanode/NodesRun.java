package io.kintsugi.sim.datanode;

import com.google.protobuf.ByteString;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.datanode.host.FailpointNames;
import io.kintsugi.datanode.host.HostSettings;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.ReplicaOptions;
import io.kintsugi.proto.KvOp;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.KvStatus;
import io.kintsugi.sim.world.LinkQuality;
import io.kintsugi.sim.world.Network;
import io.kintsugi.sim.world.Process;
import io.kintsugi.sim.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Three nodes, one partition, a few writers that repeat each write until it is acknowledged, and every fault of nodes and disks. */
final class NodesRun {
    private static final long MS = 1_000_000;
    private static final int FULL = 11;
    private static final List<String> POINTS = points();

    final World world;
    final MiniMaster master;
    final Map<String, SimNode> nodes = new LinkedHashMap<>();
    private final Network network;
    private final Process client;
    private final SplittableRandom chaos;
    private final Map<String, String> acknowledged = new TreeMap<>();
    private final Map<String, String> underWay = new TreeMap<>();
    private final Map<String, Long> sequences = new TreeMap<>();
    private final boolean fullDisksOnly;
    private boolean faults = true;
    private boolean writing = true;
    private int destroyed;
    long writes;

    NodesRun(long seed, int remembered) {
        this(seed, remembered, false);
    }

    NodesRun(long seed, int remembered, boolean fullDisksOnly) {
        this.fullDisksOnly = fullDisksOnly;
        world = new World(seed, remembered);
        network = new Network(world);
        chaos = world.random("chaos");
        master = new MiniMaster(world, 3);
        Map<HostPort, MasterDoor> doors = Map.of(HostPort.parse("m1:1"), master);
        ReplicaOptions o = ReplicaOptions.defaults();
        ReplicaOptions options = new ReplicaOptions(
                o.ackTimeout() / 2,
                o.retryInterval() / 2,
                o.retryMax(),
                o.lease(),
                o.drift(),
                o.noticeDelay(),
                o.windowMessages(),
                4096,
                o.maxOpenWrites(),
                64 << 10,
                200);
        HostSettings host =
                new HostSettings(8 << 10, Duration.ofSeconds(3), 4 << 10, 1 << 20, Duration.ofSeconds(1), 1, 2);
        SimNode.Settings settings = new SimNode.Settings("z", "s", 2, host, options, Duration.ofMillis(200));
        for (String name : List.of("d1", "d2", "d3")) {
            SimNode node =
                    new SimNode(world, network, name, settings, doors, a -> nodes.get(a.substring(0, a.indexOf(':'))));
            nodes.put(name, node);
        }
        nodes.values().forEach(SimNode::start);
        client = new Process(world, "c1");
        client.start();
        for (int key = 0; key < 6; key++) {
            next("k" + key, 100 + key);
        }
    }

    private static List<String> points() {
        List<String> all = new ArrayList<>(PersistPoints.ALL);
        all.addAll(FailpointNames.ALL);
        return all;
    }

    // ------------------------------------------------------------------ writers
    private void next(String key, long id) {
        client.after(chaos(30) * MS, "client", () -> {
            if (writing) {
                long sequence = sequences.merge(key, 1L, Long::sum);
                String value = key + "=" + sequence + " ".repeat((int) (sequence % 50) * 8);
                underWay.put(key, value);
                attempt(key, id, sequence, value);
            }
        });
    }

    private void attempt(String key, long id, long sequence, String value) {
        List<SimNode> all = List.copyOf(nodes.values());
        SimNode to = primary();
        SimNode node = to == null || chaos(10) == 0 ? all.get((int) chaos(3)) : to;
        KvRequest request = KvRequest.newBuilder()
                .setPartition(MiniMaster.PARTITION)
                .setOp(KvOp.KV_PUT)
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .setClient(id)
                .setSequence(sequence)
                .build();
        network.call(client, node.process(), "kv", 1500 * MS, () -> node.ask(request))
                .whenComplete((answer, failure) -> {
                    if (failure == null && answer.response().getStatus() == KvStatus.KV_OK) {
                        acknowledged.put(key, value);
                        underWay.remove(key);
                        writes++;
                        next(key, id);
                    } else if (failure == null && answer.response().getStatus() == KvStatus.KV_SESSION_EXPIRED) {
                        world.broken("1", "a session was forgotten: " + answer);
                    } else {
                        client.after(50 * MS, "client", () -> attempt(key, id, sequence, value));
                    }
                });
    }

    private long chaos(long bound) {
        return chaos.nextLong(bound);
    }

    private SimNode primary() {
        if (master.config() == null) {
            return null;
        }
        Member member = master.config().member(master.config().primary());
        return member == null
                ? null
                : nodes.get(member.address().substring(0, member.address().indexOf(':')));
    }

    // ------------------------------------------------------------------ faults
    /** Faults for so long, then none; in the end everything must be whole, and hold what was acknowledged. */
    void run(Duration time) {
        world.runUntil(Duration.ofSeconds(20), master::healthy);
        fault();
        world.run(time);
        faults = false;
        heal();
        if (!world.runUntil(Duration.ofMinutes(3), master::healthy)) {
            world.broken("8", "not healthy: " + master.config());
        }
        writing = false;
        if (!world.runUntil(Duration.ofMinutes(1), underWay::isEmpty)) {
            world.broken("8", "writes are still under way: " + underWay.keySet());
        }
        world.run(Duration.ofSeconds(10));
        acknowledged.forEach(this::check);
    }

    private void check(String key, String value) {
        String[] found = new String[1];
        boolean answered = world.runUntil(Duration.ofMinutes(1), () -> {
            if (found[0] == null) {
                found[0] = "";
                read(key, found);
            }
            return !found[0].isEmpty();
        });
        if (!answered || !found[0].equals(value)) {
            world.broken("1", key + " should be '" + value.strip() + "', is '" + found[0].strip() + "'");
        }
    }

    private void read(String key, String[] into) {
        SimNode node = primary();
        KvRequest get = KvRequest.newBuilder()
                .setPartition(MiniMaster.PARTITION)
                .setOp(KvOp.KV_GET)
                .setKey(ByteString.copyFromUtf8(key))
                .build();
        network.call(client, node.process(), "kv", 1500 * MS, () -> node.ask(get))
                .whenComplete((answer, failure) -> {
                    if (failure == null && answer.response().getStatus() == KvStatus.KV_OK) {
                        into[0] = answer.response().getValue().toStringUtf8();
                    } else if (failure == null && answer.response().getStatus() == KvStatus.KV_NOT_FOUND) {
                        into[0] = "nothing";
                    } else {
                        client.after(50 * MS, "client", () -> read(key, into));
                    }
                });
    }

    private void fault() {
        world.after((200 + chaos(1500)) * MS, "chaos", "world", () -> {
            if (faults) {
                SimNode node = List.copyOf(nodes.values()).get((int) chaos(3));
                one(node, node.disks().get((int) chaos(2)));
                fault();
            }
        });
    }

    private void one(SimNode node, SimDisk disk) {
        switch (fullDisksOnly ? FULL : (int) chaos(16)) {
            case 0, 1 -> crash(node);
            case 2, 3 -> {
                node.process().killAt(POINTS.get((int) chaos(POINTS.size())), 1 + (int) chaos(4));
                revive(node, 3000);
            }
            case 4 -> {
                node.process().pause();
                later(2500, () -> node.process().resume());
            }
            case 5 -> {
                String other = "d" + (1 + chaos(3));
                network.cut(node.name(), other, true);
                later(3000, () -> network.cut(node.name(), other, false));
            }
            case 6 -> {
                network.split(node.name(), "m1", true);
                later(4000, () -> network.split(node.name(), "m1", false));
            }
            case 7 -> {
                disk.slow(chaos(400) * MS);
                later(3000, () -> disk.slow(0));
            }
            case 8 -> node.spoilNextCopy(CopyFault.values()[(int) chaos(CopyFault.values().length)]);
            case 9 -> network.quality(new LinkQuality(100_000, 5 * MS, 0.05, 0.05, 0.05, 300 * MS));
            case 10 -> node.process().clock().rate(0.96 + 0.08 * chaos.nextDouble());
            case FULL -> full(node, disk);
            case 12 -> {
                node.stop();
                revive(node, 2000);
            }
            case 13, 14 -> master.move((int) chaos(3));
            default -> destroy(node, disk);
        }
    }

    /** What takes replicas for good waits until the partition has three again. */
    private void destroy(SimNode node, SimDisk disk) {
        boolean whole = master.healthy()
                && nodes.values().stream().allMatch(n -> n.process().up());
        if (!whole) {
            return;
        }
        destroyed++;
        switch ((int) chaos(6)) {
            case 0 -> {
                node.crash();
                disk.wipe();
                revive(node, 500);
            }
            case 1 -> broken(node, disk, SimDisk.Fault.WRITE);
            case 2 -> broken(node, disk, SimDisk.Fault.SYNC);
            case 3 -> broken(node, disk, SimDisk.Fault.READ);
            case 4 -> broken(node, disk, SimDisk.Fault.GONE);
            default -> disk.rot();
        }
    }

    /** A full disk loses nothing, as long as its process goes on: RocksDB can't be opened without room. */
    private void full(SimNode node, SimDisk disk) {
        SimDisk.Fault how = chaos(4) == 0 ? SimDisk.Fault.LOW : SimDisk.Fault.FULL;
        disk.fault(how, true);
        node.process().onCrash(() -> disk.fault(how, false));
        later(5000, () -> disk.fault(how, false));
    }

    private void broken(SimNode node, SimDisk disk, SimDisk.Fault fault) {
        disk.fault(fault, true);
        later(4000, () -> {
            disk.fault(fault, false);
            if (chaos(2) == 0) {
                crash(node);
            }
            later(3000, master::recover);
        });
    }

    private void crash(SimNode node) {
        node.crash();
        revive(node, 2000);
    }

    private void revive(SimNode node, long withinMillis) {
        later(withinMillis, () -> {
            if (!node.process().up()) {
                node.start();
            }
            revive(node, 4000);
        });
    }

    private void later(long withinMillis, Runnable what) {
        world.after((1 + chaos(withinMillis)) * MS, "chaos", "world", () -> {
            if (faults) {
                what.run();
            }
        });
    }

    private void heal() {
        network.heal();
        for (SimNode node : nodes.values()) {
            node.process().resume();
            node.process().clock().rate(1);
            for (SimDisk disk : node.disks()) {
                for (SimDisk.Fault fault : SimDisk.Fault.values()) {
                    disk.fault(fault, false);
                }
                disk.slow(0);
            }
            node.crash(); // a failpoint may still be armed
            node.start();
        }
        master.recoverAlways();
    }

    int destroyed() {
        return destroyed;
    }
}
