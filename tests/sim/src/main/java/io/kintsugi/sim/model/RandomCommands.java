package io.kintsugi.sim.model;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Command.DiskFact;
import io.kintsugi.master.command.Command.Placement;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import io.kintsugi.master.state.ClusterState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Commands that mostly make sense for the state that they are shown, and often enough don't. */
public final class RandomCommands {
    private static final long START = 1_700_000_000_000L;
    private final Random random;
    private final RandomOps ops;
    private final RandomAbsences absences;
    private long time = START;

    public RandomCommands(Random random) {
        this.random = random;
        this.ops = new RandomOps(random);
        this.absences = new RandomAbsences(random);
    }

    public Envelope next(ClusterState s) {
        time += random.nextInt(20) == 0 ? random.nextInt(4_000_000) : random.nextInt(2_000) - 500;
        String request = random.nextInt(4) == 0 ? "r" + random.nextInt(200) : "";
        long term = random.nextInt(30) == 0 ? 1 + random.nextInt(3) : 0;
        return new Envelope(
                request, term, time, "random", s.cluster().isEmpty() ? new Command.InitCluster("c", 1) : command(s));
    }

    private Command command(ClusterState s) {
        return switch (random.nextInt(32)) {
            case 0, 1 -> register();
            case 2 ->
                random.nextBoolean() ? new Command.SetDiskStatus(disk(s), 1 + random.nextInt(2), "EIO") : badDisk(s);
            case 3 -> createTable(s);
            case 4, 13 -> badDisk(s);
            case 5 -> tableCommand(s);
            case 6, 7, 8, 9 -> partitionCommand(s);
            case 10 -> setting();
            case 11 -> random.nextBoolean() ? new Command.Tick() : new Command.VerifyDigest(random.nextInt(9), 1);
            case 12 -> brake(s);
            case 30, 31 -> absences.next(s);
            default -> ops.next(s);
        };
    }

    /** Now and then of a disk for which it makes sense, otherwise of any. */
    private Command badDisk(ClusterState s) {
        Disk mended =
                one(s.disks().stream().filter(d -> d.trouble().recovering()).toList(), null);
        Disk stopped = one(
                s.disks().stream()
                        .filter(d -> d.trouble().leftAlone() || d.trouble().failures() > 0)
                        .toList(),
                null);
        Disk broken =
                one(s.disks().stream().filter(d -> d.unavailableSince() != 0).toList(), null);
        if (stopped != null && random.nextBoolean()) {
            return new Command.ResumeAutoDecommission(stopped.id());
        }
        Op automatic = one(s.openDrains().stream().filter(Op::automatic).toList(), null);
        if (automatic != null && random.nextBoolean()) {
            return new Command.CancelOp(automatic.id());
        }
        int any = broken == null || random.nextInt(4) == 0 ? disk(s) : broken.id();
        return switch (random.nextInt(10)) {
            case 0 -> new Command.SetDiskStatus(any, 1, "");
            case 1 -> new Command.SetDiskStatus(any, 2, "EIO");
            case 2, 3 -> new Command.RecoverDisk(any);
            case 4 ->
                mended == null
                        ? new Command.FailRecovery(any, 1, "EIO")
                        : new Command.FailRecovery(mended.id(), mended.trouble().recovery() - random.nextInt(2), "EIO");
            case 5 -> new Command.ResumeAutoDecommission(any);
            default -> new Command.DecommissionDisk(any, 4, true);
        };
    }

    private Command register() {
        int n = 1 + random.nextInt(6);
        List<DiskFact> disks = new ArrayList<>();
        for (int d = 1; d <= 2; d++) {
            String replacement = random.nextInt(12) == 0 ? "-new" + random.nextInt(3) : "";
            disks.add(new DiskFact("disk-" + n + "-" + d + replacement, "/d" + d));
        }
        String nodeset = random.nextInt(4) == 0 ? "s" + random.nextInt(2) : "";
        return new Command.RegisterNode("uuid-" + n, "n" + n, "h:" + n, "h:" + n, "z", nodeset, disks);
    }

    private Command createTable(ClusterState s) {
        int replicas = 1 + random.nextInt(3);
        List<Placement> placements = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            placements.add(new Placement(onDifferentNodes(s, replicas)));
        }
        return new Command.CreateTable("t" + random.nextInt(6), replicas, 1, "xxh3", placements);
    }

    private List<Integer> onDifferentNodes(ClusterState s, int count) {
        List<Disk> disks =
                new ArrayList<>(s.disks().stream().filter(Disk::placeable).toList());
        Collections.shuffle(disks, random);
        Map<Integer, Integer> byNode = new LinkedHashMap<>();
        disks.forEach(d -> byNode.putIfAbsent(d.node(), d.id()));
        return byNode.values().stream().limit(count).toList();
    }

    private Command tableCommand(ClusterState s) {
        int table = one(s.tables(), new Table(99, "", 0, 0, 0, "", null, 0, 0, "", 0))
                .id();
        return switch (random.nextInt(5)) {
            case 0 -> new Command.DropTable(table);
            case 1 -> purge(s, table);
            case 4 -> new Command.SetDiscard(1 + random.nextInt(3), table % 2 == 0);
            default -> new Command.SetTable(table, 1 + random.nextInt(3));
        };
    }

    /** Of one that is dropped, if there is one; kept for days, none would ever be purged. */
    private Command purge(ClusterState s, int otherwise) {
        if (s.settings().get(Setting.DROPPED_TABLE_RETENTION_MS) > 10) {
            return new Command.SetSettings(Map.of(Setting.DROPPED_TABLE_RETENTION_MS.key(), "1"));
        }
        List<Integer> dropped = s.tables().stream()
                .filter(t -> t.state() == TableState.DROPPED)
                .map(Table::id)
                .toList();
        return new Command.PurgeTable(one(dropped, otherwise));
    }

    private Command partitionCommand(ClusterState s) {
        Partition p = one(s.partitions().values(), null);
        if (p == null) {
            return new Command.Elect(99, 1, 1, List.of(1L));
        }
        long epoch = p.epoch() + (random.nextInt(8) == 0 ? random.nextInt(3) - 1 : 0);
        List<Long> all = p.all().stream().map(m -> m.replica()).toList();
        return switch (random.nextInt(4)) {
            case 0 -> elect(p, epoch, random.nextInt(4) == 0 ? all : p.inSync());
            case 1 -> new Command.ChangeInSync(p.id(), epoch, p.primary(), all);
            default -> new Command.ChangeInSync(p.id(), epoch, p.primary(), some(all));
        };
    }

    private Command elect(Partition p, long epoch, List<Long> from) {
        return new Command.Elect(p.id(), epoch, one(from, 0L), some(from));
    }

    private Command brake(ClusterState s) {
        return switch (random.nextInt(4)) {
            case 0 -> new Command.EngageBrake("TOO_MANY_FAILURES", "two of three");
            case 1 -> random.nextInt(3) == 0 ? mode() : new Command.ReleaseBrake();
            default ->
                new Command.NoteNodeDead(one(s.nodes().stream().map(Node::id).toList(), 99), random.nextBoolean());
        };
    }

    private Command mode() {
        return random.nextInt(3) == 0
                ? new Command.SetSettings(Map.of("EnableAutoDpMetaRepair", Boolean.toString(random.nextInt(3) > 0)))
                : new Command.SetSettings(
                        Map.of("AutoDpMetaRepairMode", one(List.of("off", "observe", "on", "on", "on"), "on")));
    }

    private Command setting() {
        String name = one(
                List.of(
                        "NodesetCapacity",
                        "IncomingCopiesPerDisk",
                        "DroppedTableRetentionMs",
                        "DecommissionRetryLimit",
                        "DecommissionRollbackLimit",
                        "DecommissionDiskLimit",
                        "DecommissionDpLimit",
                        "AutoDpMetaRepairParallelCnt",
                        "Nonsense"),
                "");
        return new Command.SetSettings(Map.of(name, Integer.toString(1 + random.nextInt(3))));
    }

    private int disk(ClusterState s) {
        return one(s.disks().stream().map(Disk::id).toList(), 99);
    }

    private <T> T one(Collection<T> from, T otherwise) {
        return one(random, from, otherwise);
    }

    static <T> T one(Random random, Collection<T> from, T otherwise) {
        return from.isEmpty() ? otherwise : List.copyOf(from).get(random.nextInt(from.size()));
    }

    private <T> List<T> some(List<T> from) {
        return from.stream().filter(x -> random.nextInt(3) > 0).toList();
    }
}
