package io.kintsugi.sim.model;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.state.ClusterState;
import java.util.Collection;
import java.util.List;
import java.util.Random;

/** Commands about ops: what operators ask, and what drivers would send, now and then out of turn. */
final class RandomOps {
    private final Random random;

    RandomOps(Random random) {
        this.random = random;
    }

    Command next(ClusterState s) {
        return switch (random.nextInt(27)) {
            case 0, 1 -> begin(s);
            case 2 -> takeBack(s);
            case 3 -> verb(s);
            case 4, 5, 6, 7, 8 -> admitMove(s);
            case 24, 25 -> repair(s);
            case 26 -> members(s);
            case 9, 10 -> anOpOf(s, recoveries(s).isEmpty() ? s.openOps() : recoveries(s));
            case 11, 12 -> anOpOf(s, s.openOps());
            default -> anOpOf(s, s.openOps().stream().filter(Op::holdsToken).toList());
        };
    }

    private Command begin(ClusterState s) {
        int weight = random.nextInt(20) == 0 ? 101 : random.nextInt(4);
        Partition p = one(s.partitions().values(), null);
        return switch (random.nextInt(4)) {
            case 0 -> new Command.DecommissionNode(node(s), weight);
            case 1 -> new Command.DecommissionDisk(disk(s), weight);
            default ->
                p == null
                        ? new Command.DecommissionDisk(disk(s), weight)
                        : new Command.MoveReplica(
                                p.id(),
                                one(p.all().stream().map(Member::replica).toList(), 0L),
                                random.nextInt(4) == 0 ? node(s) : 0,
                                random.nextInt(4) == 0 ? disk(s) : 0,
                                weight);
        };
    }

    private Command repair(ClusterState s) {
        Partition p = one(s.partitions().values(), null);
        if (p == null) {
            return new Command.DecommissionDisk(disk(s), Op.DEFAULT_WEIGHT);
        }
        List<Long> notInSync = p.members().stream()
                .map(Member::replica)
                .filter(r -> !p.isInSync(r))
                .toList();
        long lost =
                switch (random.nextInt(6)) {
                    case 0, 1 -> 0;
                    case 2 -> one(p.all().stream().map(Member::replica).toList(), 0L);
                    case 3 ->
                        one(
                                p.inSync().stream()
                                        .filter(r -> onBrokenDisk(s, p, r))
                                        .toList(),
                                0L);
                    default -> one(notInSync, 0L);
                };
        return new Command.RepairReplica(
                p.id(),
                p.epoch() - (random.nextInt(10) == 0 ? 1 : 0),
                lost,
                random.nextInt(8) == 0 ? node(s) : 0,
                random.nextInt(4) == 0 ? disk(s) : 0,
                List.of("", "", "RULE", "LostMember", "LastCopy").get(random.nextInt(5)));
    }

    private static List<Partition> raisedOrLowered(ClusterState s) {
        return s.partitions().values().stream()
                .filter(p -> p.target() != s.table(p.table()).orElseThrow().replicas())
                .toList();
    }

    private Command members(ClusterState s) {
        Partition p = one(s.partitions().values(), null);
        if (p == null) {
            return new Command.AddReplica(99, 0, 0);
        }
        long one = one(p.all().stream().map(Member::replica).toList(), 0L);
        return switch (random.nextInt(6)) {
            case 0, 1, 2 ->
                new Command.RemoveReplica(
                        p.id(), p.epoch() - random.nextInt(8) / 7, one, random.nextBoolean(), one(p.inSync(), 0L));
            case 3 -> new Command.ResetTarget(one(raisedOrLowered(s), p).id());
            default ->
                new Command.AddReplica(
                        p.id(), random.nextInt(4) == 0 ? node(s) : 0, random.nextInt(4) == 0 ? disk(s) : 0);
        };
    }

    private Command takeBack(ClusterState s) {
        return switch (random.nextInt(8)) {
            case 6, 7 -> fence(s);
            case 0 -> new Command.RemoveDisk(disk(s));
            case 1 -> new Command.RemoveNode(node(s));
            case 2, 3 -> new Command.RecommissionNode(node(s));
            default -> new Command.RecommissionDisk(disk(s));
        };
    }

    private static List<Op> recoveries(ClusterState s) {
        return s.openOps().stream().filter(op -> op.recovery() != null).toList();
    }

    private Command fence(ClusterState s) {
        List<Partition> lagging = s.partitions().values().stream()
                .filter(p -> p.inSync().size() < p.all().size())
                .toList();
        Partition p =
                one(lagging.isEmpty() || random.nextInt(4) == 0 ? s.partitions().values() : lagging, null);
        return p == null
                ? new Command.FencePartition(99, 1)
                : new Command.FencePartition(
                        p.id(), p.epoch() - (random.nextInt(8) == 0 ? 1 : 0), p.epoch() % 5, 0, false);
    }

    /** A survivor that is a member, was one, or is anything; or the end, or an in-sync one after all. */
    private Command recover(ClusterState s, Op op, long revision) {
        Partition p = s.partition(op.recovery().partition()).orElseThrow();
        List<Long> all = p.all().stream().map(Member::replica).toList();
        List<Long> others = all.stream().filter(r -> !p.isInSync(r)).toList();
        return switch (p.primary() != 0 && random.nextBoolean() ? 0 : random.nextInt(6)) {
            case 0 -> new Command.FinishRecovery(op.id(), revision);
            case 1 -> new Command.Elect(p.id(), p.epoch(), one(p.inSync(), 0L), p.inSync());
            case 2 ->
                new Command.ChooseSurvivor(
                        op.id(), revision, p.id(), p.epoch(), 1 + random.nextInt(30), disk(s), "all is lost");
            default ->
                new Command.ChooseSurvivor(
                        op.id(),
                        revision,
                        p.id(),
                        p.epoch(),
                        one(others.isEmpty() ? all : others, 0L),
                        disk(s),
                        "all is lost");
        };
    }

    private Command verb(ClusterState s) {
        Op any = one(random.nextInt(4) == 0 ? s.ops() : s.openOps(), null);
        long id = any == null ? 1 : any.id();
        if (any != null && (any.status() == OpStatus.PAUSED || any.intent() == Intent.PAUSE) && random.nextBoolean()) {
            return new Command.ResumeOp(id);
        }
        return switch (random.nextInt(5)) {
            case 0 -> new Command.CancelOp(id);
            case 1, 2 -> new Command.PauseOp(id, random.nextBoolean());
            case 3 -> new Command.ResumeOp(id);
            default -> ended(one(s.ops().stream().map(Op::id).toList(), 1L));
        };
    }

    /** By its number, so that nothing more is drawn: what seeds have found they find again. */
    private static Command ended(long op) {
        return op % 3 == 0 ? new Command.DeleteOps(List.of(op)) : new Command.AcknowledgeOp(op);
    }

    private Command admitMove(ClusterState s) {
        Op waiting = one(s.markedMoves(), null);
        if (waiting != null && random.nextBoolean()) {
            Partition p = s.partition(waiting.move().partition()).orElseThrow();
            return new Command.ReadmitMove(waiting.id(), waiting.revision(), p.id(), p.epoch());
        }
        Op parent = one(s.openDrains(), null);
        if (parent == null) {
            return new Command.DecommissionDisk(disk(s), Op.DEFAULT_WEIGHT);
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

    private Command anOpOf(ClusterState s, Collection<Op> ops) {
        Op op = one(ops, null);
        if (op == null) {
            return new Command.FinishMove(1, 1);
        }
        long revision = op.revision() - (random.nextInt(10) == 0 ? 1 : 0);
        if (op.recovery() != null) {
            return recover(s, op, revision);
        }
        if (op.move() == null) {
            return switch (random.nextInt(5)) {
                case 0 -> new Command.FinishDecommission(op.id(), revision, random.nextBoolean(), "R", "");
                case 1 -> new Command.NoteOp(op.id(), revision, "WAITING", "m", 1, 2);
                default -> new Command.AdmitDisk(op.id(), revision, random.nextInt(4) > 0, "R", "");
            };
        }
        Partition p = s.partition(op.move().partition()).orElseThrow();
        return random.nextInt(8) == 0 ? end(op, revision) : onward(s, op, revision, p);
    }

    private Command end(Op op, long revision) {
        AttemptEnd end = AttemptEnd.values()[random.nextInt(AttemptEnd.values().length)];
        return new Command.EndAttempt(op.id(), revision, end.wire(), "R", "m", random.nextInt(2));
    }

    /** What a driver would send, and now and then something else. */
    private Command onward(ClusterState s, Op op, long revision, Partition p) {
        MoveStep step = random.nextInt(10) == 0 ? MoveStep.SWAPPED : op.move().step();
        return switch (step) {
            case NONE ->
                random.nextInt(onBrokenDisk(s, p, op.move().source()) ? 2 : 30) == 0
                        ? new Command.StartSalvage(op.id(), revision, p.id(), p.epoch(), disk(s))
                        : new Command.StartMove(op.id(), revision, p.id(), p.epoch(), disk(s));
            case SWAPPED ->
                op.parent() != 0 && random.nextInt(4) == 0
                        ? new Command.CancelOp(op.parent())
                        : new Command.FinishMove(op.id(), revision);
            case ADDED -> {
                List<Long> all = p.all().stream().map(Member::replica).toList();
                yield switch (random.nextInt(p.salvaged() ? 9 : 3)) {
                    case 0 -> new Command.ChangeInSync(p.id(), p.epoch(), p.primary(), mostly(p, all));
                    case 1 -> new Command.Elect(p.id(), p.epoch(), one(p.inSync(), 0L), p.inSync());
                    case 2 -> new Command.SwapMove(op.id(), revision, p.id(), p.epoch());
                    default -> new Command.SwapSalvaged(op.id(), revision, p.id(), p.epoch());
                };
            }
        };
    }

    private static boolean onBrokenDisk(ClusterState s, Partition p, long replica) {
        return p.isInSync(replica)
                && p.member(replica)
                        .flatMap(m -> s.disk(m.disk()))
                        .filter(d -> d.status() == DiskStatus.UNAVAILABLE)
                        .isPresent();
    }

    /** The destination is grown in; another may have been lost meanwhile, and then redundancy is at stake. */
    private List<Long> mostly(Partition p, List<Long> all) {
        long lost = random.nextBoolean() ? one(p.inSync(), 0L) : 0;
        return lost == p.primary() ? all : all.stream().filter(r -> r != lost).toList();
    }

    private int disk(ClusterState s) {
        return one(s.disks().stream().map(Disk::id).toList(), 99);
    }

    private int node(ClusterState s) {
        return one(s.nodes().stream().map(Node::id).toList(), 99);
    }

    private <T> T one(Collection<T> from, T otherwise) {
        return RandomCommands.one(random, from, otherwise);
    }
}
