package io.kintsugi.sim.cluster;

import io.kintsugi.datanode.host.FailpointNames;
import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Partition;
import io.kintsugi.sim.datanode.CopyFault;
import io.kintsugi.sim.datanode.PersistPoints;
import io.kintsugi.sim.datanode.SimDisk;
import io.kintsugi.sim.datanode.SimNode;
import io.kintsugi.sim.master.SimMaster;
import io.kintsugi.sim.world.LinkQuality;
import io.kintsugi.sim.world.Process;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * What goes wrong, and when. What destroys data strikes only while everything is whole, and never the only replica of a partition: then
 * nothing that was acknowledged may be lost.
 */
final class Faults {
    private static final List<String> NODE_POINTS = nodePoints();
    private static final List<String> COPY_POINTS = List.of(
            FailpointNames.SEED_START,
            FailpointNames.SEED_AFTER_FILE,
            PersistPoints.FILE_GROWN,
            PersistPoints.FILE_SYNCED,
            FailpointNames.SEED_BEFORE_INSTALL,
            FailpointNames.SEED_BEFORE_REPLACE,
            FailpointNames.SEED_AFTER_INSTALL);
    private static final List<String> RECOVERY_POINTS = List.of(
            io.kintsugi.master.driver.FailpointNames.RECOVERY_CHOOSE,
            io.kintsugi.master.driver.FailpointNames.RECOVERY_FINISH);
    private static final List<String> MASTER_POINTS = masterPoints();

    /** A write that a datanode slept upon mustn't come after replicas have forgotten its session, an hour after its client last wrote. */
    private static final Duration MOST_OF_A_NODES_PAUSE = Duration.ofMinutes(25);

    private final Cluster cluster;
    private final Selection selection;
    private final SplittableRandom times;
    private final SplittableRandom specials;
    /** Each strike has its own, also for what it does later. */
    private SplittableRandom random;

    private int strikes;
    /** One disaster at a time: until then nothing else strikes. */
    private long calmUntil;

    private boolean over;
    private final List<Majority> majorities = new ArrayList<>();
    private final PeerDrills peers;

    Faults(Cluster cluster, Selection selection) {
        this.cluster = cluster;
        this.selection = selection;
        this.times = cluster.world.random("faults");
        this.specials = cluster.world.random("specials");
        this.peers = new PeerDrills(cluster);
        next();
        SplittableRandom disks = cluster.world.random("unwritable disks");
        if (disks.nextInt(3) == 0) {
            unwritable(disks);
        }
    }

    /**
     * In some runs disks refuse to write, whatever lies on them and however few copies there are: all of it can still be read, so nothing may be
     * lost by that.
     */
    private void unwritable(SplittableRandom own) {
        long nanos = own.nextLong(10 * cluster.plan.faultEvery()) + 1;
        cluster.world.after(nanos, "chaos", "world", () -> {
            if (over) {
                return;
            }
            SimNode node = cluster.nodes.get(own.nextInt(cluster.nodes.size()));
            SimDisk disk = node.disks().get(own.nextInt(node.disks().size()));
            boolean well = List.of(SimDisk.Fault.values()).stream().noneMatch(disk::has) && !disk.rotten();
            if (selection.fault(++strikes) && well && cluster.world.now() >= calmUntil) {
                random = own;
                broken(node, disk, own.nextBoolean() ? SimDisk.Fault.WRITE : SimDisk.Fault.SYNC);
            }
            unwritable(own);
        });
    }

    private static List<String> nodePoints() {
        List<String> all = new ArrayList<>(PersistPoints.ALL);
        all.addAll(FailpointNames.ALL);
        return all;
    }

    private static List<String> masterPoints() {
        List<String> all = new ArrayList<>(io.kintsugi.master.driver.FailpointNames.ALL);
        all.removeAll(RECOVERY_POINTS);
        all.add(io.kintsugi.master.consensus.FailpointNames.STORE_WRITE);
        all.add(io.kintsugi.master.consensus.FailpointNames.OUTCOME_SEND);
        all.add(io.kintsugi.master.consensus.FailpointNames.STORE_FLUSH);
        return all;
    }

    private void next() {
        long nanos = times.nextLong(2 * cluster.plan.faultEvery()) + 1;
        cluster.world.after(nanos, "chaos", "world", () -> {
            if (!over) {
                random = times.split();
                if (selection.fault(++strikes) && cluster.world.now() >= calmUntil) {
                    cluster.world.note("chaos", () -> "strike " + strikes);
                    strike();
                }
                next();
            }
        });
    }

    /** How many there were, those left out included. */
    int strikes() {
        return strikes;
    }

    private void strike() {
        Trouble trouble = cluster.trouble;
        boolean special = trouble.force() || trouble.peers() || trouble.absences();
        int which = special ? specials.nextInt(20) : 20;
        if (trouble.force() && which < 8) {
            majority(12);
        } else if (trouble.peers() && which >= 8 && which < 12) {
            peers.plant(random, node());
        } else if (trouble.absences() && which >= 12 && which < 16) {
            absence(node());
        } else {
            usual();
        }
    }

    private void usual() {
        switch (random.nextInt(27)) {
            case 0, 1 -> nodeCrash(node(), "fault.node-crash");
            case 2, 3, 4 -> nodeKillAt();
            case 5 -> pause(node().process(), MOST_OF_A_NODES_PAUSE);
            case 6 -> cut(node().name(), anybody());
            case 7 -> cut(master().name(), anybody());
            case 8 -> isolate(anybody());
            case 9 -> disk();
            case 10, 11 -> destroy();
            case 12 -> weather();
            case 13 -> clock(random.nextBoolean() ? node().process() : master().process());
            case 14 -> masterCrash(master());
            case 15, 16 -> masterKillAt();
            case 17 -> pause(master().process(), Duration.ofDays(1));
            case 18 -> {
                cluster.world.count("fault.depose", "masters");
                cluster.masters.depose();
            }
            case 19 -> twoLeaders();
            case 20 -> slowMasterLogs();
            case 21, 22, 23, 24 -> atMove();
            case 25 -> leaveBehind();
            default -> wipeMaster();
        }
    }

    private SimNode node() {
        return cluster.nodes.get(random.nextInt(cluster.nodes.size()));
    }

    /** Mostly the one that leads. */
    private SimMaster master() {
        SimMaster any =
                cluster.masters.all().get(random.nextInt(cluster.masters.all().size()));
        return random.nextInt(3) == 0 ? any : cluster.masters.leader().orElse(any);
    }

    private String anybody() {
        int all = cluster.nodes.size() + cluster.masters.all().size();
        int n = random.nextInt(all);
        return n < cluster.nodes.size()
                ? cluster.nodes.get(n).name()
                : cluster.masters.all().get(n - cluster.nodes.size()).name();
    }

    /** Within so long, unless the faults are over by then. */
    private void later(long withinMillis, Runnable what) {
        SplittableRandom own = random;
        cluster.world.after(own.nextLong(cluster.plan.paced(withinMillis)) + 1, "chaos", "world", () -> {
            if (!over) {
                random = own;
                what.run();
            }
        });
    }

    private void nodeCrash(SimNode node, String kind) {
        cluster.world.count(kind, node.name());
        node.crash();
        later(random.nextInt(4) == 0 ? 20_000 : 2_000, () -> revive(node));
    }

    private void revive(SimNode node) {
        if (!node.process().up()) {
            node.start();
        }
    }

    private void nodeKillAt() {
        kill(node(), NODE_POINTS.get(random.nextInt(NODE_POINTS.size())), 1 + random.nextInt(5));
    }

    /** A node that a replica comes to or leaves, if there is one, where it is about to be made, copied or deleted. */
    private void atMove() {
        List<Partition> moving = cluster.state().partitions().values().stream()
                .filter(p -> p.joining() != null)
                .toList();
        Partition p = moving.isEmpty() ? null : moving.get(random.nextInt(moving.size()));
        SimNode destination = p == null ? node() : cluster.node(p.joining().node());
        SimNode source = p == null
                ? node()
                : p.member(p.leaving()).map(m -> cluster.node(m.node())).orElse(destination);
        switch (random.nextInt(4)) {
            case 0 -> kill(destination, COPY_POINTS.get(random.nextInt(COPY_POINTS.size())), 1);
            case 1 -> kill(destination, FailpointNames.REPLICA_BEFORE_CREATE, 1);
            case 2 -> kill(source, FailpointNames.REPLICA_BEFORE_DELETE, 1);
            default -> {
                CopyFault fault = CopyFault.values()[random.nextInt(CopyFault.values().length)];
                (p == null ? cluster.nodes : List.of(destination)).forEach(node -> node.spoilNextCopy(fault));
            }
        }
    }

    private void kill(SimNode node, String point, int nth) {
        node.process().killAt(point, nth);
        for (int i = 1; i <= 4; i++) {
            later(i * 5_000L, () -> revive(node));
        }
    }

    private void pause(Process process, Duration most) {
        cluster.world.count("fault.pause", process.name());
        process.pause();
        int lasts = random.nextInt(4) == 0 ? 10_000 : 1_500;
        later((int) Math.min(lasts, most.toNanos() / cluster.plan.paced(1)), process::resume);
    }

    private void cut(String from, String to) {
        boolean both = random.nextBoolean();
        cluster.world.count(both ? "fault.split" : "fault.one-way", from);
        cluster.network.cut(from, to, true);
        if (both) {
            cluster.network.cut(to, from, true);
        }
        later(random.nextInt(4) == 0 ? 50_000 : 8_000, () -> cluster.network.split(from, to, false));
    }

    private void isolate(String who) {
        cluster.world.count("fault.isolate", who);
        List<String> others = new ArrayList<>();
        cluster.nodes.forEach(n -> others.add(n.name()));
        cluster.masters.all().forEach(m -> others.add(m.name()));
        others.remove(who);
        others.removeIf(o -> random.nextInt(4) == 0);
        others.forEach(o -> cluster.network.split(who, o, true));
        later(5_000, () -> others.forEach(o -> cluster.network.split(who, o, false)));
    }

    /** A follower hears nothing for so long that the others may have freed the log that it lacks. */
    private void leaveBehind() {
        List<SimMaster> others = new ArrayList<>(cluster.masters.all());
        cluster.masters.leader().ifPresent(others::remove);
        if (others.size() < 2) {
            return;
        }
        SimMaster behind = others.get(random.nextInt(others.size()));
        cluster.world.count("fault.left-behind", behind.name());
        others.addAll(cluster.masters.leader().stream().toList());
        others.remove(behind);
        others.forEach(o -> cluster.network.split(behind.name(), o.name(), true));
        later(60_000, () -> others.forEach(o -> cluster.network.split(behind.name(), o.name(), false)));
    }

    private void weather() {
        cluster.world.count("fault.weather", "network");
        long late = cluster.plan.paced(500);
        cluster.network.quality(new LinkQuality(
                100_000,
                5_000_000,
                random.nextDouble() * 0.1,
                random.nextDouble() * 0.1,
                random.nextDouble() * 0.1,
                late));
        later(10_000, () -> cluster.network.quality(LinkQuality.GOOD));
    }

    private void clock(Process process) {
        cluster.world.count("fault.clock", process.name());
        process.clock().rate(0.96 + 0.08 * random.nextDouble());
        process.clock().jumpWall(random.nextInt(-30_000, 30_000));
    }

    private void masterCrash(SimMaster master) {
        cluster.world.count("fault.master-crash", master.name());
        master.process().crash();
        revive(master);
    }

    private void revive(SimMaster master) {
        later(4_000, () -> {
            if (!master.process().up()) {
                master.start();
            }
        });
    }

    private void masterKillAt() {
        SimMaster master = master();
        master.process().killAt(MASTER_POINTS.get(random.nextInt(MASTER_POINTS.size())), 1 + random.nextInt(3));
        for (int i = 1; i <= 4; i++) {
            revive(master);
        }
    }

    /**
     * The leader reaches its datanodes and no other master, so another is elected; a datanode that has found that one loses it at once, while
     * the old one may still think that it leads.
     */
    private void twoLeaders() {
        SimMaster old = cluster.masters.leader().orElse(null);
        if (old == null || cluster.masters.all().size() < 3) {
            return;
        }
        cluster.world.count("fault.two-leaders", old.name());
        List<SimMaster> others = new ArrayList<>(cluster.masters.all());
        others.remove(old);
        others.forEach(o -> cluster.network.split(old.name(), o.name(), true));
        later(6_000, () -> others.forEach(o -> cluster.network.split(old.name(), o.name(), false)));
        SimNode node = node();
        next(old, 60, leader -> {
            nodeCrash(node, "fault.node-crash");
            revive(node);
            cluster.world.after(random.nextLong(cluster.plan.paced(500)) + 1, "chaos", "world", () -> {
                if (!over) {
                    masterCrash(leader);
                }
            });
        });
    }

    /** Looks for another leader so many times. */
    private void next(SimMaster old, int looks, Consumer<SimMaster> found) {
        cluster.world.after(cluster.plan.paced(50), "chaos", "world", () -> {
            SimMaster leader = cluster.masters.leader().orElse(old);
            if (leader != old && !over) {
                found.accept(leader);
            } else if (looks > 1 && !over) {
                next(old, looks - 1, found);
            }
        });
    }

    /** What is proposed meanwhile has an outcome that its proposer doesn't wait for. */
    private void slowMasterLogs() {
        cluster.world.count("fault.slow-master-logs", "masters");
        cluster.masters.all().forEach(m -> m.slowLog(random.nextLong(15_000_000_000L)));
        later(4_000, () -> cluster.masters.all().forEach(m -> m.slowLog(0)));
    }

    private void wipeMaster() {
        SimMaster master = master();
        if (cluster.masters.whole() && cluster.masters.canSpare(master)) {
            cluster.world.count("fault.master-wiped", master.name());
            master.wipe();
            revive(master);
        }
    }

    /** What passes, and costs no data. */
    private void disk() {
        SimNode node = node();
        SimDisk disk = node.disks().get(random.nextInt(node.disks().size()));
        switch (random.nextInt(3)) {
            case 0 -> fault(node, disk, SimDisk.Fault.FULL);
            case 1 -> fault(node, disk, SimDisk.Fault.LOW);
            default -> {
                disk.slow(random.nextLong(cluster.plan.paced(300)));
                later(5_000, () -> disk.slow(0));
            }
        }
    }

    private void fault(SimNode node, SimDisk disk, SimDisk.Fault fault) {
        disk.fault(fault, true);
        later(5_000, () -> disk.fault(fault, false));
    }

    /** Longer than a member may be away. */
    private void absence(SimNode node) {
        cluster.world.count("fault.absence", node.name());
        node.crash();
        cluster.world.after(
                cluster.plan.lostMillis() * Plan.MS, "chaos", "world", () -> later(6_000, () -> revive(node)));
    }

    /** Of a partition that has a choice; as soon as all is whole, for a while. */
    private void majority(int looks) {
        List<Partition> some = cluster.state().partitions().values().stream()
                .filter(p -> p.joining() == null && p.inSync().size() > 1)
                .toList();
        if (some.isEmpty() || !whole()) {
            if (looks > 0) {
                later(1_000, () -> majority(looks - 1));
            }
        } else {
            Majority majority = new Majority(cluster, random, some.get(random.nextInt(some.size())));
            majorities.add(majority);
            majority.strike();
            if (random.nextBoolean()) {
                cluster.masters.all().forEach(this::killInRecovery);
            }
        }
    }

    private void killInRecovery(SimMaster master) {
        master.process().killAt(RECOVERY_POINTS.get(random.nextInt(RECOVERY_POINTS.size())), 1);
        cluster.world.after(cluster.plan.paced(60_000), "chaos", "world", () -> revive(master));
        for (int i = 1; i <= 8; i++) {
            later(i * 10_000L, () -> revive(master));
        }
    }

    /** Everything lives and works, and each partition has another copy. */
    private boolean whole() {
        boolean allUp = cluster.nodes.stream()
                .allMatch(n -> n.process().up() && !n.process().paused());
        boolean copies = cluster.state().partitions().values().stream()
                .map(Partition::inSync)
                .allMatch(s -> s.size() > 1);
        boolean disksWork = cluster.nodes.stream()
                .flatMap(n -> n.disks().stream())
                .noneMatch(d ->
                        d.rotten() || List.of(SimDisk.Fault.values()).stream().anyMatch(d::has));
        boolean reached = cluster.network.wholeFor(cluster.plan.paced(1_000));
        return allUp && copies && disksWork && reached && cluster.healthy();
    }

    /**
     * What is lost with one disk must be elsewhere, and stay there until the masters know of the loss: no other replica may be out of reach,
     * or go out of reach, meanwhile.
     */
    private void destroy() {
        SimNode node = node();
        if (!whole()) {
            return;
        }
        SimDisk disk = node.disks().get(random.nextInt(node.disks().size()));
        if (!cluster.copies.without(List.of(disk))) {
            return;
        }
        switch (random.nextInt(6)) {
            case 0 -> {
                calm();
                node.crash();
                disk.wipe();
                later(3_000, () -> revive(node));
            }
            case 1 -> broken(node, disk, SimDisk.Fault.WRITE);
            case 2 -> broken(node, disk, SimDisk.Fault.SYNC);
            case 3 -> broken(node, disk, SimDisk.Fault.READ);
            case 4 -> broken(node, disk, SimDisk.Fault.GONE);
            default -> {
                calm();
                disk.rot();
            }
        }
    }

    /** Ends with whatever of it nobody has noticed. */
    private void calm() {
        calmUntil = cluster.world.now() + cluster.plan.paced(6_000);
        cluster.nodes.forEach(n -> n.process().killNowhere());
        cluster.world.after(cluster.plan.paced(6_000), "chaos", "world", this::mend);
    }

    private void mend() {
        cluster.nodes.forEach(n -> n.disks().forEach(SimDisk::mend));
    }

    /** Mended some time; its agent doesn't use it before an operator says so, and may be started again before or after that. */
    private void broken(SimNode node, SimDisk disk, SimDisk.Fault fault) {
        disk.fault(fault, true);
        later(10_000, () -> {
            disk.fault(fault, false);
            if (random.nextBoolean()) {
                nodeCrash(node, "fault.node-crash");
            }
        });
    }

    /** Everything lives and works again. */
    void heal() {
        over = true;
        majorities.forEach(Majority::end);
        mend();
        recover();
        cluster.masters.all().forEach(m -> m.slowLog(0));
        cluster.network.heal();
        for (SimMaster master : cluster.masters.all()) {
            healed(master.process());
            if (!master.process().up()) {
                master.start();
            }
        }
        for (SimNode node : cluster.nodes) {
            healed(node.process());
            for (SimDisk disk : node.disks()) {
                for (SimDisk.Fault fault : SimDisk.Fault.values()) {
                    if (disk.has(fault)) {
                        disk.fault(fault, false);
                    }
                }
                disk.slow(0);
            }
            node.spoilNextCopy(null);
            revive(node);
        }
    }

    /** Operators see to it that no disk stays broken that works. */
    private void recover() {
        Operators.brokenDisks(cluster.state()).forEach(disk -> cluster.ask(new Command.RecoverDisk(disk)));
        cluster.world.after(cluster.plan.paced(2_000), "operator", "op", this::recover);
    }

    private static void healed(Process process) {
        process.resume();
        process.clock().rate(1);
        process.killNowhere();
    }
}
