package io.kintsugi.sim.cluster;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.Invariants;
import io.kintsugi.sim.world.Counts;
import io.kintsugi.sim.world.World;
import java.time.Duration;
import java.util.List;

/** One seed: a cluster, things that go wrong for a while, and then the proof that everything becomes well. Throws when a law is broken. */
final class ClusterRun {
    final World world;
    final Cluster cluster;
    final Clients clients;
    final Operators operators;
    private final Faults faults;

    /**
     * @param chaos how long things go wrong; null: as the seed says
     * @param remembered how many events can be told
     */
    ClusterRun(long seed, Duration chaos, int remembered) {
        world = new World(seed, remembered);
        cluster = new Cluster(world, Plan.drawn(world.random("plan"), chaos));
        cluster.masters.onEntry(new StateLaws(world)::check);
        new ViewLaws(cluster);
        cluster.masters.law(new Circles(world, cluster.plan)::check);
        cluster.begin();
        clients = new Clients(cluster);
        operators = new Operators(cluster);
        faults = new Faults(cluster);
    }

    void run() {
        try (Supervised supervised = new Supervised(world)) {
            lives();
        }
    }

    private void lives() {
        world.run(cluster.plan.chaos());
        operators.end();
        faults.heal();
        cluster.must("all masters are there", cluster.plan.bound(), cluster.masters::whole);
        operators.ask(new Command.SetSettings(cluster.settings()));
        cluster.must("all is served and quiet", cluster.plan.bound(), this::settled);
        reasons();
        roomAgain();
        cluster.must("healthy", cluster.plan.bound(), cluster::healthy);
        cluster.must("no op is open", cluster.plan.bound(), () -> cluster.state()
                .openOps()
                .isEmpty());
        cluster.must("no replica is left over", cluster.plan.bound(), cluster::nothingStray);
        clients.end();
        cluster.must("clients get their answers", cluster.plan.bound(), clients::idle);
        nothingLeftBehind();
        clients.check();
    }

    /** No move is under way: those that are left wait, or are paused. */
    private boolean settled() {
        return cluster.view()
                .filter(v -> cluster.state().partitions().values().stream().allMatch(v::served)
                        && cluster.state().openOps().stream().allMatch(ClusterRun::waits))
                .isPresent();
    }

    private static boolean waits(Op op) {
        return op.status() == OpStatus.PAUSED
                || op.status() == OpStatus.MARKED
                        && (op.parent() != 0 || !op.reason().equals(Op.WAITING_FOR_ADMISSION))
                || op.kind() == OpKind.NODE_DECOMMISSION
                || op.status() == OpStatus.RUNNING && !op.reason().isBlank() && !op.holdsToken();
    }

    private void reasons() {
        for (Op op : cluster.state().openOps()) {
            if (op.kind() != OpKind.NODE_DECOMMISSION && op.reason().isBlank()) {
                throw world.broken("7", "nobody knows why this waits: " + op);
            }
        }
    }

    /** Operators take back what they asked for, so that there is room for every replica. */
    private void roomAgain() {
        for (int rounds = 0; rounds < 3; rounds++) {
            List.copyOf(cluster.state().openOps()).stream()
                    .filter(op -> op.parent() == 0)
                    .forEach(op -> operators.ask(new Command.CancelOp(op.id())));
            world.run(Duration.ofNanos(cluster.plan.paced(2_000)));
        }
        List.copyOf(cluster.state().nodes()).stream()
                .filter(n -> n.drain() != DrainState.NONE)
                .forEach(n -> operators.ask(new Command.RecommissionNode(n.id())));
        List.copyOf(cluster.state().disks()).stream()
                .filter(d -> d.drain() != DrainState.NONE)
                .forEach(d -> operators.ask(new Command.RecommissionDisk(d.id())));
    }

    /** Law 9. */
    private void nothingLeftBehind() {
        ClusterState state = cluster.state();
        List<String> wrong = Invariants.violations(state);
        if (!wrong.isEmpty()) {
            throw world.broken("3", wrong.toString());
        }
        if (state.partitions().values().stream().anyMatch(p -> p.joining() != null || p.mutexOp() != 0)
                || state.disks().stream().anyMatch(d -> d.drain() == DrainState.DRAINING)) {
            throw world.broken("9", "something is left behind: " + cluster.picture());
        }
    }

    /** How its ops ended. */
    Counts ops() {
        Counts counts = new Counts();
        cluster.state().ops().forEach(op -> counts.add(op.kind() + "." + op.status()));
        return counts;
    }

    /** The partitions and ops that a message is about. */
    List<String> lastEvents(String about) {
        return world.trace()
                .last(400, subject -> !subject.startsWith("p") || about.contains("id=" + subject.substring(1) + ","));
    }
}
