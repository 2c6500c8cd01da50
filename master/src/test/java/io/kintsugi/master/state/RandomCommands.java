package io.kintsugi.master.state;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Command.DiskFact;
import io.kintsugi.master.command.Command.Placement;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Commands that mostly make sense for the state that they are shown, and often enough don't. */
final class RandomCommands {
    private final Random random;
    private long time = TestCluster.START;

    RandomCommands(Random random) {
        this.random = random;
    }

    Envelope next(ClusterState s) {
        time += random.nextInt(20) == 0 ? random.nextInt(4_000_000) : random.nextInt(2_000) - 500;
        String request = random.nextInt(4) == 0 ? "r" + random.nextInt(200) : "";
        long term = random.nextInt(30) == 0 ? 1 + random.nextInt(3) : 0;
        return new Envelope(
                request, term, time, "random", s.cluster().isEmpty() ? new Command.InitCluster("c", 1) : command(s));
    }

    private Command command(ClusterState s) {
        return switch (random.nextInt(24)) {
            case 0, 1 -> register();
            case 2 -> new Command.SetDiskStatus(disk(s), 1 + random.nextInt(2), "EIO");
            case 3, 4 -> createTable(s);
            case 5 -> tableCommand(s);
            case 6, 7, 8, 9 -> partitionCommand(s);
            case 10, 11 -> new Command.DecommissionDisk(disk(s));
            case 12 -> new Command.RecommissionDisk(disk(s));
            case 13, 14, 15 -> admitMove(s);
            case 16, 17, 18, 19, 20, 21 -> opCommand(s);
            case 22 -> setting();
            default -> random.nextBoolean() ? new Command.Tick() : new Command.VerifyDigest(random.nextInt(9), 1);
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
        int table = one(s.tables(), new Table(99, "", 0, 0, 0, "", null, 0, 0)).id();
        return switch (random.nextInt(5)) {
            case 0 -> new Command.DropTable(table);
            case 1 -> new Command.PurgeTable(table);
            default -> new Command.SetTable(table, 1 + random.nextInt(3));
        };
    }

    private Command partitionCommand(ClusterState s) {
        Partition p = one(s.partitions().values(), null);
        if (p == null) {
            return new Command.Elect(99, 1, 1, List.of(1L));
        }
        long epoch = p.epoch() + (random.nextInt(10) == 0 ? 1 : 0);
        List<Long> all = p.all().stream().map(m -> m.replica()).toList();
        return switch (random.nextInt(4)) {
            case 0 -> new Command.Elect(p.id(), epoch, one(p.inSync(), 0L), some(p.inSync()));
            case 1 -> new Command.ReplaceLost(p.id(), epoch, one(all, 0L), disk(s));
            case 2 -> new Command.ChangeInSync(p.id(), epoch, p.primary(), all);
            default -> new Command.ChangeInSync(p.id(), epoch, p.primary(), some(all));
        };
    }

    private Command admitMove(ClusterState s) {
        Op parent = one(
                s.openOps().stream()
                        .filter(o -> o.kind() == OpKind.DISK_DECOMMISSION)
                        .toList(),
                null);
        if (parent == null) {
            return new Command.DecommissionDisk(disk(s));
        }
        int id = one(s.partitionsOnDisk(parent.disk()), 0);
        Partition p = s.partition(id).orElse(null);
        if (p == null) {
            return new Command.FinishDecommission(parent.id(), parent.revision(), true, "", "");
        }
        return new Command.AdmitMove(
                parent.id(),
                id,
                p.epoch(),
                p.onDisk(parent.disk()).orElseThrow().replica());
    }

    private Command opCommand(ClusterState s) {
        Op op = one(s.openOps(), null);
        if (op == null) {
            return new Command.FinishMove(1, 1);
        }
        long revision = op.revision() - (random.nextInt(10) == 0 ? 1 : 0);
        if (op.kind() == OpKind.DISK_DECOMMISSION) {
            return switch (random.nextInt(5)) {
                case 0 -> new Command.FinishDecommission(op.id(), revision, random.nextBoolean(), "R", "");
                case 1 -> new Command.NoteOp(op.id(), revision, "WAITING", "m", 1, 2);
                default -> new Command.AdmitDisk(op.id(), revision, random.nextInt(4) > 0, "R", "");
            };
        }
        Partition p = s.partition(op.move().partition()).orElseThrow();
        return random.nextInt(12) == 0
                ? new Command.AbandonMove(op.id(), revision, "R", "")
                : onward(s, op, revision, p);
    }

    /** What a driver would send, and now and then something else. */
    private Command onward(ClusterState s, Op op, long revision, Partition p) {
        MoveStep step = random.nextInt(10) == 0 ? MoveStep.SWAPPED : op.move().step();
        return switch (step) {
            case NONE -> new Command.StartMove(op.id(), revision, p.id(), p.epoch(), disk(s));
            case SWAPPED -> new Command.FinishMove(op.id(), revision);
            case ADDED -> {
                List<Long> all = p.all().stream().map(m -> m.replica()).toList();
                yield switch (random.nextInt(3)) {
                    case 0 -> new Command.ChangeInSync(p.id(), p.epoch(), p.primary(), all);
                    case 1 -> new Command.Elect(p.id(), p.epoch(), one(p.inSync(), 0L), p.inSync());
                    default -> new Command.SwapMove(op.id(), revision, p.id(), p.epoch());
                };
            }
        };
    }

    private Command setting() {
        String name = List.of("NodesetCapacity", "IncomingCopiesPerDisk", "DroppedTableRetentionMs", "Nonsense")
                .get(random.nextInt(4));
        return new Command.SetSettings(Map.of(name, Integer.toString(1 + random.nextInt(3))));
    }

    private int disk(ClusterState s) {
        return one(s.disks().stream().map(Disk::id).toList(), 99);
    }

    private <T> T one(Collection<T> from, T otherwise) {
        return from.isEmpty() ? otherwise : List.copyOf(from).get(random.nextInt(from.size()));
    }

    private <T> List<T> some(List<T> from) {
        return from.stream().filter(x -> random.nextInt(3) > 0).toList();
    }
}
