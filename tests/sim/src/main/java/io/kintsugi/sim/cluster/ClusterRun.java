package io.kintsugi.sim.cluster;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Survey;
import io.kintsugi.master.plan.repair.Rules;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.Invariants;
import io.kintsugi.master.view.View;
import io.kintsugi.sim.datanode.SimNode;
import io.kintsugi.sim.world.Counts;
import io.kintsugi.sim.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** One seed: a cluster, things that go wrong for a while, and then the proof that everything becomes well. Throws when a law is broken. */
final class ClusterRun {
    private static final int TOLD = 400;
    private static final Pattern NAMED = Pattern.compile("\\b([Pp]artition|[Oo]p)(?:\\[id=| )(\\d+)");
    private static final Pattern OF_STATE = Pattern.compile("(p|op)\\d+");

    /** How often the disks are looked at before what is left on them counts as left for good. */
    private static final int LOOKS = 100;

    final World world;
    final Cluster cluster;
    final Clients clients;
    final Operators operators;
    final Faults faults;
    private final Duration length;

    /**
     * @param chaos how long things go wrong; null: as the seed says
     * @param selection what of it takes place
     * @param remembered how many events can be told
     */
    ClusterRun(long seed, Duration chaos, Selection selection, int remembered) {
        world = new World(seed, remembered);
        cluster = new Cluster(world, Plan.drawn(world.random("plan"), chaos));
        cluster.masters.onEntry(new StateLaws(world)::check);
        new ViewLaws(cluster);
        cluster.masters.law(new Circles(world, cluster.plan)::check);
        new OpLaws(cluster);
        new RecoveryLaws(cluster);
        new BalanceLaws(cluster);
        cluster.begin();
        clients = new Clients(cluster);
        operators = new Operators(cluster, selection);
        faults = new Faults(cluster, selection);
        length = selection.end() == null ? cluster.plan.chaos() : selection.end();
    }

    void run() {
        try (Supervised supervised = new Supervised(world)) {
            lives();
        } finally {
            cluster.nodes.forEach(SimNode::end);
        }
    }

    private void lives() {
        world.run(length);
        operators.end();
        faults.heal();
        if (cluster.trouble.force()) {
            operators.recoverAll();
        }
        operators.dropHollow();
        cluster.must("all masters are there", cluster.plan.bound(), cluster.masters::whole);
        cluster.must("operators have their answers", cluster.plan.bound(), operators::idle);
        if (world.random("quiet").nextBoolean()) {
            clients.end(); // while they write, every report is an occasion to look at everything again
        }
        do {
            rescued(); // a request for one more may have come late
        } while (!operators.ask(new Command.SetSettings(cluster.settings())));
        operators.letIn();
        if (cluster.state().cluster().filter(c -> c.brake().engaged()).isPresent()) {
            operators.ask(new Command.ReleaseBrake());
        }
        resetTargets();
        cluster.must("all is served and quiet", cluster.plan.bound(), this::settled);
        roomAgain();
        cluster.must("healthy", cluster.plan.bound(), cluster::healthy);
        cluster.must("nothing is to be repaired", cluster.plan.bound(), this::nothingDue);
        cluster.must("no op is open", cluster.plan.bound(), () -> cluster.state()
                .openOps()
                .isEmpty());
        cluster.must("no replica is left over", cluster.plan.bound(), cluster::nothingStray);
        BalanceProof balance = new BalanceProof(cluster, operators);
        if (cluster.balances.some()) {
            balance.begin();
        }
        clients.end();
        cluster.must("clients get their answers", cluster.plan.bound(), clients::idle);
        if (cluster.balances.some()) {
            balance.leavesItSo();
        }
        clients.readAll();
        cluster.must("every key is read", cluster.plan.bound(), clients::idle);
        slowCopy(world.random("slow").nextInt(8));
        if (world.random("rotting").nextBoolean()) {
            new SilentRot(cluster).strike();
        }
        new SpoiltSource(cluster, operators).strike();
        if (cluster.balances.some()) {
            balance.rests();
        }
        nothingLeftBehind();
        clients.check();
    }

    /**
     * Nothing else happens meanwhile that would be an occasion to look at it; in some of the runs, since it lasts, and of the usual pace only: a
     * rate isn't stretched as patience is.
     */
    private void slowCopy(int which) {
        if (cluster.plan.pace() > 1) {
            return;
        }
        if (which == 0) {
            slowCopy("1", op -> op.tries().rollbacks() > 0);
        } else if (which == 1) {
            slowCopy("500", op -> false);
        }
    }

    /**
     * A move whose copy comes at so many bytes a second.
     *
     * @param givenUp when it has gone on for long enough; otherwise it is to end
     */
    private void slowCopy(String bytesPerSecond, Predicate<Op> givenUp) {
        operators.ask(new Command.SetSettings(Map.of("CopyBytesPerSecond", bytesPerSecond)));
        Partition p = cluster.state().partitions().values().iterator().next();
        if (operators.ask(new Command.MoveReplica(p.id(), p.members().getFirst().replica(), 0, 0, 2))) {
            List<Op> moves = cluster.state().openOps().stream()
                    .filter(op -> op.move() != null && op.move().partition() == p.id())
                    .toList();
            cluster.must(
                    "a copy with " + bytesPerSecond + " bytes a second ends, or is given up: " + moves,
                    cluster.plan.bound().multipliedBy(2),
                    () -> moves.stream()
                            .flatMap(move -> cluster.state().op(move.id()).stream())
                            .noneMatch(move -> !move.ended() && !waits(move) && !givenUp.test(move)));
            moves.forEach(move -> operators.ask(new Command.CancelOp(move.id())));
        }
        operators.ask(new Command.SetSettings(cluster.settings()));
        cluster.must("no op is open after a slow copy", cluster.plan.bound(), () -> cluster.state()
                .openOps()
                .isEmpty());
        cluster.must("healthy after a slow copy", cluster.plan.bound(), cluster::healthy);
        cluster.must("nothing is left over of a slow copy", cluster.plan.bound(), cluster::nothingStray);
    }

    /** A recovery of all data that goes on ends by itself now that everything works; in some runs its operator takes it back. */
    private void rescued() {
        operators.ask(new Command.SetSettings(Map.of("CopyBytesPerSecond", "0"))); // its members are to catch up
        cluster.state().openRescue().ifPresent(op -> {
            if (cluster.trouble.peers() || world.random("rescue").nextInt(3) == 0) {
                operators.ask(new Command.CancelOp(op.id()));
            }
            cluster.must("data is recovered", cluster.plan.bound(), () -> cluster.state()
                    .openRescue()
                    .isEmpty());
        });
    }

    /** Nothing is under way any more: what is open waits for what it names, or is paused. */
    private boolean settled() {
        View view = cluster.view().filter(v -> v.reports().judging()).orElse(null);
        if (view == null || !view.cluster().partitions().values().stream().allMatch(view::served)) {
            return false;
        }
        Survey survey = Survey.of(view);
        return view.cluster().openOps().stream()
                .allMatch(op -> waits(op)
                        && !OpLaws.ends(view, op)
                        && OpLaws.comes(view, survey, op).isEmpty());
    }

    private boolean nothingDue() {
        return cluster.view()
                .filter(v -> v.cluster().partitions().values().stream()
                        .allMatch(p -> Rules.first(v, p).isEmpty()))
                .isPresent();
    }

    private static boolean waits(Op op) {
        boolean named = !op.reason().isBlank();
        return switch (op.status()) {
            case PAUSED -> named;
            case MARKED -> named && (op.parent() != 0 || !op.reason().equals(Op.WAITING_FOR_ADMISSION));
            case RUNNING ->
                op.kind() == OpKind.NODE_DECOMMISSION || op.kind() == OpKind.BALANCE || named && !op.holdsToken();
            default -> false;
        };
    }

    /** There may be no room for more replicas than the tables have. */
    private void resetTargets() {
        ClusterState state = cluster.state();
        List.copyOf(state.partitions().values()).stream()
                .filter(p -> state.table(p.table())
                        .filter(t -> t.replicas() != p.target())
                        .isPresent())
                .forEach(p -> operators.ask(new Command.ResetTarget(p.id())));
    }

    /** Operators take back what they asked for, so that there is room for every replica. */
    private void roomAgain() {
        for (int rounds = 0; rounds < 3; rounds++) {
            List.copyOf(cluster.state().openOps()).stream()
                    .filter(op -> op.parent() == 0)
                    .forEach(op -> operators.ask(new Command.CancelOp(op.id())));
            world.run(Duration.ofNanos(cluster.plan.paced(2_000)));
        }
        operators.letIn(); // whose way back was cancelled
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
                || state.disks().stream().anyMatch(d -> d.drain() != DrainState.NONE)
                || state.nodes().stream().anyMatch(n -> n.drain() != DrainState.NONE)) {
            throw world.broken("9", "something is left behind: " + cluster.picture());
        }
        DiskLaws disks = new DiskLaws(cluster);
        String left = disks.wrong();
        for (int looks = 0; left != null && looks < LOOKS; looks++) {
            world.run(cluster.plan.bound().dividedBy(LOOKS));
            left = disks.wrong();
        }
        if (left != null) {
            throw world.broken("9", left + "; " + cluster.picture());
        }
    }

    /** How its ops ended. */
    Counts ops() {
        Counts counts = new Counts();
        cluster.state().ops().forEach(op -> counts.add(op.kind() + "." + op.status()));
        return counts;
    }

    /** The last that was noted; of partitions and ops only those that the message names, and their ops and partitions, if it names any. */
    List<String> lastEvents(String about) {
        Set<String> named = new TreeSet<>();
        NAMED.matcher(about).results().forEach(found -> {
            String id = found.group(2);
            if (found.group(1).startsWith("p") || found.group(1).startsWith("P")) {
                named.add("p" + id);
                cluster.state()
                        .partition(Integer.parseInt(id))
                        .ifPresent(p -> cluster.state().openMoves(p.id()).forEach(op -> named.add("op" + op.id())));
            } else {
                named.add("op" + id);
                cluster.state()
                        .op(Long.parseLong(id))
                        .filter(op -> op.move() != null)
                        .ifPresent(op -> named.add("p" + op.move().partition()));
            }
        });
        return world.trace()
                .last(
                        TOLD,
                        subject -> named.isEmpty()
                                || named.contains(subject)
                                || !OF_STATE.matcher(subject).matches());
    }
}
