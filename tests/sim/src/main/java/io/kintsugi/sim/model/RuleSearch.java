package io.kintsugi.sim.model;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Command.DiskFact;
import io.kintsugi.master.command.Command.Placement;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.state.Applied;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.master.state.MasterCore;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.NodeFacts;
import io.kintsugi.master.view.Peers;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.SoftState;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

/** Random views of a small cluster in trouble: what the rules of repair find, and what holds it, must be what {@link RuleLaws} says. */
public final class RuleSearch implements LongFunction<String> {
    static final long TIMEOUT_MS = 60_000;
    private static final long START = 1_700_000_000_000L;

    private Random random;
    private MasterCore core;
    private ClusterState state;
    private long index;
    private long now;

    @Override
    public String apply(long seed) {
        random = new Random(seed);
        core = new MasterCore();
        state = core.empty();
        index = 0;
        now = START;
        cluster();
        trouble();
        SoftState soft = new SoftState();
        state.partitions().values().forEach(p -> soft.changed(null, p));
        reports(soft);
        String wrong = RuleLaws.broken(new View(state, soft, now * 1_000_000, now, 1));
        return wrong == null ? null : "seed " + seed + ": " + wrong;
    }

    private Outcome apply(Command command) {
        Applied applied = core.apply(new LogPosition(1, ++index), List.of(new Envelope("", 0, now, "random", command)));
        state = applied.state();
        return applied.outcomes().getFirst();
    }

    private void set(String name, Object value) {
        apply(new Command.SetSettings(Map.of(name, value.toString())));
    }

    private void cluster() {
        apply(new Command.InitCluster("c", 1));
        int nodes = 3 + random.nextInt(4);
        for (int n = 1; n <= nodes; n++) {
            String name = "n" + n;
            List<DiskFact> disks = IntStream.range(0, 1 + random.nextInt(2))
                    .mapToObj(d -> new DiskFact(name + "#" + d, "/" + d))
                    .toList();
            apply(new Command.RegisterNode(name, name, name + ":1", name + ":2", "z", "", disks));
        }
        List<Placement> placements = IntStream.range(0, 1 + random.nextInt(3))
                .mapToObj(i -> placement(1 + random.nextInt(3)))
                .toList();
        int replicas = placements.getFirst().disks().size();
        apply(new Command.CreateTable(
                "t",
                replicas,
                1,
                "crc32c",
                placements.stream().filter(p -> p.disks().size() == replicas).toList()));
    }

    private Placement placement(int replicas) {
        List<Node> nodes = new ArrayList<>(state.nodes());
        Collections.shuffle(nodes, random);
        return new Placement(nodes.stream()
                .limit(replicas)
                .map(n -> state.disksOfNode(n.id()).iterator().next().id())
                .toList());
    }

    private void trouble() {
        set("AutoDpMetaRepairMode", List.of("on", "on", "observe", "off").get(random.nextInt(4)));
        set("AutoDpMetaRepairParallelCnt", random.nextInt(3));
        set("ReplicaLostTimeoutMs", TIMEOUT_MS);
        set("BrakePercent", List.of(0, 10, 30, 60).get(random.nextInt(4)));
        for (Partition p : List.copyOf(state.partitions().values())) {
            change(p);
        }
        set("AutoDpMetaRepairMode", List.of("on", "on", "observe", "off").get(random.nextInt(4)));
        for (Node node : List.copyOf(state.nodes())) {
            if (random.nextInt(3) == 0) {
                apply(new Command.NoteNodeDead(node.id(), true));
                now += random.nextInt((int) TIMEOUT_MS);
            }
        }
        if (random.nextInt(3) == 0) {
            apply(new Command.EngageBrake("TOO_MANY_FAILURES", "many"));
            if (random.nextBoolean()) {
                apply(new Command.ReleaseBrake());
            }
        }
        now += random.nextInt((int) TIMEOUT_MS);
    }

    private void change(Partition p) {
        Member any = p.members().get(random.nextInt(p.members().size()));
        switch (random.nextInt(8)) {
            case 0 -> apply(new Command.ChangeInSync(p.id(), p.epoch(), p.primary(), List.of(p.primary())));
            case 1 -> apply(new Command.RepairReplica(p.id(), p.epoch(), any.replica(), 0, 0, "LostReplica"));
            case 2 -> moves(p, any);
            case 3 -> {
                long op = apply(new Command.AddReplica(p.id(), 0, 0)).value();
                apply(new Command.CancelOp(op));
            }
            case 4 -> {
                long op = apply(new Command.AddReplica(p.id(), 0, 0)).value();
                begin(op);
                state.op(op).ifPresent(this::swapped);
                apply(new Command.ResetTarget(p.id()));
            }
            default -> {}
        }
    }

    private void moves(Partition p, Member source) {
        begin(apply(new Command.MoveReplica(p.id(), source.replica(), 0, 0, 2)).value());
    }

    private void begin(long id) {
        Op op = state.op(id).orElse(null);
        if (op == null || op.move() == null) {
            return;
        }
        Partition p = state.partition(op.move().partition()).orElseThrow();
        apply(new Command.ReadmitMove(id, op.revision(), p.id(), p.epoch()));
        for (Disk disk : state.disks()) {
            Op prepared = state.op(id).orElseThrow();
            apply(new Command.StartMove(id, prepared.revision(), p.id(), p.epoch(), disk.id()));
        }
    }

    /** As a copy that is done: the joining one is in-sync, and takes its place. */
    private void swapped(Op op) {
        Partition p = state.partition(op.move().partition()).orElseThrow();
        if (p.joining() == null) {
            return;
        }
        List<Long> inSync = new ArrayList<>(p.inSync());
        inSync.add(p.joining().replica());
        apply(new Command.ChangeInSync(p.id(), p.epoch(), p.primary(), inSync));
        apply(new Command.SwapMove(op.id(), state.op(op.id()).orElseThrow().revision(), p.id(), p.epoch() + 1));
        apply(new Command.FinishMove(op.id(), state.op(op.id()).orElseThrow().revision()));
    }

    private void reports(SoftState soft) {
        if (random.nextInt(5) > 0) {
            soft.judge();
        }
        for (Node node : state.nodes()) {
            boolean died = node.deadSince() != 0 && random.nextInt(6) > 0;
            Liveness liveness = died ? Liveness.DEAD : random.nextInt(10) == 0 ? Liveness.UNKNOWN : Liveness.ALIVE;
            boolean there = liveness == Liveness.ALIVE && random.nextInt(8) > 0;
            soft.put(new NodeFacts(node.id(), liveness, there, there && random.nextInt(8) > 0, 0, 0));
        }
        for (Partition p : state.partitions().values()) {
            p.all().forEach(m -> {
                if (random.nextInt(12) > 0) {
                    report(soft, p, m);
                }
            });
            if (random.nextInt(12) == 0) {
                report(soft, p, new Member(9_000 + p.id(), 1, 1, 0));
            }
        }
    }

    private void report(SoftState soft, Partition p, Member m) {
        long epoch = p.epoch() + List.of(0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 1, 4).get(random.nextInt(12));
        ReplicaFacts.State condition = List.of(
                        ReplicaFacts.State.OK,
                        ReplicaFacts.State.OK,
                        ReplicaFacts.State.OK,
                        ReplicaFacts.State.OK,
                        ReplicaFacts.State.LOST,
                        ReplicaFacts.State.CORRUPT)
                .get(m.replica() == p.primary() ? random.nextInt(5) : random.nextInt(6));
        List<Long> peers = new ArrayList<>(p.all().stream().map(Member::replica).toList());
        switch (random.nextInt(8)) {
            case 0 -> peers.add(777L);
            case 1 -> peers.removeFirst();
            default -> {}
        }
        ReplicaFacts.Role role = m.replica() == p.primary() ? ReplicaFacts.Role.PRIMARY : ReplicaFacts.Role.MEMBER;
        ReplicaFacts facts =
                new ReplicaFacts(m.replica(), p.id(), m.node(), m.disk(), epoch, role, condition, 1, 10, 100, 0, 0, "");
        soft.put(peers.isEmpty() ? facts : facts.naming(Peers.digest(peers), peers), p, 0);
    }
}
