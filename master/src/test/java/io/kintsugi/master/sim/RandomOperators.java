package io.kintsugi.master.sim;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.driver.FailpointNames;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.state.ClusterState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Operators and faults drawn from a seed. Never two datanodes are away at once, and no disk loses data: what is to be, can be. */
public final class RandomOperators {
    private final SimCluster cluster;
    private final Random random;
    private final List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    private String away = "";

    public RandomOperators(SimCluster cluster, long seed) {
        this.cluster = cluster;
        this.random = new Random(seed);
        cluster.copyTime(Duration.ofMillis(200 + random.nextInt(3000)));
    }

    public Duration pause() {
        return Duration.ofMillis(random.nextInt(4) == 0 ? 0 : random.nextInt(700));
    }

    /** One verb or one fault; nobody waits for its answer. */
    public void act() {
        switch (random.nextInt(12)) {
            case 0 -> leader();
            case 1 -> datanode();
            case 2 -> disk();
            default -> answers.add(cluster.masters().ask(verb(cluster.masters().state())));
        }
    }

    private void leader() {
        if (cluster.masters().loop() != null) {
            if (random.nextBoolean()) {
                cluster.masters().killLeaderAt(one(FailpointNames.ALL, ""));
            } else {
                cluster.masters().killLeader();
            }
        }
    }

    private void datanode() {
        if (!away.isEmpty()) {
            back();
            return;
        }
        away = "d" + (1 + random.nextInt(5));
        switch (random.nextInt(3)) {
            case 0 -> cluster.node(away).kill();
            case 1 -> cluster.node(away).freeze(true);
            default -> cluster.node(away).stall(true);
        }
    }

    private void back() {
        FakeDatanode node = cluster.node(away);
        node.freeze(false);
        node.stall(false);
        if (!node.up()) {
            node.start();
        }
        away = "";
    }

    private void disk() {
        cluster.node("d" + (1 + random.nextInt(5))).full("/" + random.nextInt(2), random.nextInt(3) == 0);
    }

    private Command verb(ClusterState s) {
        int disk = one(s.disks().stream().map(Disk::id).toList(), 1);
        int node = one(s.nodes().stream().map(Node::id).toList(), 1);
        long op = one(s.openOps().stream().map(Op::id).toList(), 1L);
        return switch (random.nextInt(14)) {
            case 0, 1 -> new Command.DecommissionDisk(disk, random.nextInt(4));
            case 2 -> new Command.DecommissionNode(node, random.nextInt(4));
            case 3 -> new Command.RecommissionDisk(disk);
            case 4 -> new Command.RecommissionNode(node);
            case 5 -> new Command.CancelOp(op);
            case 6 -> new Command.PauseOp(op, random.nextBoolean());
            case 7, 8 -> new Command.ResumeOp(op);
            case 9 -> new Command.AcknowledgeOp(one(s.ops().stream().map(Op::id).toList(), 1L));
            case 10 -> setting();
            default -> {
                Partition p = one(s.partitions().values(), null);
                Member source = one(p.all(), null);
                yield new Command.MoveReplica(
                        p.id(),
                        source.replica(),
                        random.nextInt(3) == 0 ? node : 0,
                        random.nextInt(3) == 0 ? disk : 0,
                        2);
            }
        };
    }

    private Command setting() {
        String name = one(
                List.of(
                        "DecommissionDpLimit",
                        "DecommissionDiskLimit",
                        "IncomingCopiesPerDisk",
                        "DecommissionRollbackLimit",
                        "DecommissionRetryLimit"),
                "");
        return new Command.SetSettings(Map.of(name, Integer.toString(1 + random.nextInt(5))));
    }

    /** Everything lives and works again, and there is a leader. */
    public void endFaults() {
        if (!away.isEmpty()) {
            back();
        }
        for (int n = 1; n <= 5; n++) {
            cluster.node("d" + n).full("/0", false);
            cluster.node("d" + n).full("/1", false);
        }
        cluster.masters().killLeaderAt("");
        cluster.run(
                "somebody leads, and all is answered",
                Duration.ofSeconds(10),
                () -> cluster.masters().loop() != null && answers.stream().allMatch(CompletableFuture::isDone));
    }

    /** Refused when it is past its swap, or has ended just now. */
    public void cancel(long op) {
        answers.add(cluster.masters().ask(new Command.CancelOp(op)));
    }

    public int accepted() {
        return (int) answers.stream()
                .filter(a ->
                        a.isDone() && !a.isCompletedExceptionally() && a.join().accepted())
                .count();
    }

    private <T> T one(Collection<T> from, T otherwise) {
        return from.isEmpty() ? otherwise : List.copyOf(from).get(random.nextInt(from.size()));
    }
}
