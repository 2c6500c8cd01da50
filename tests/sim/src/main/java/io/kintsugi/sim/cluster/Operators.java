package io.kintsugi.sim.cluster;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import io.kintsugi.master.plan.PrimaryChange;
import io.kintsugi.master.plan.RecoveryPlan;
import io.kintsugi.master.plan.RemovalPlan;
import io.kintsugi.master.plan.Survey;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.transport.AdminService;
import io.kintsugi.master.transport.ApiException;
import io.kintsugi.master.view.View;
import io.kintsugi.sim.master.SimMaster;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Operators who use every verb at random, concurrently, and don't wait for answers. */
final class Operators {
    /** What a recovery waits for in vain when all that there is works: its operator is to ask for another. */
    private static final Set<String> HOPELESS = Set.of("SURVIVOR_NOT_REACHED", "SURVIVOR_GONE", "SURVIVOR_DRAINED");

    private final Cluster cluster;
    private final Selection selection;
    private final Absences absences;
    private final SplittableRandom times;
    /** Each verb has its own. */
    private SplittableRandom random;

    private int verbs;
    private boolean over;
    private long accepted;
    private int underWay;
    private long askedAt;
    private long gaveUpAt = Long.MIN_VALUE / 2;

    Operators(Cluster cluster, Selection selection) {
        this.cluster = cluster;
        this.selection = selection;
        this.absences = new Absences(cluster);
        this.times = cluster.world.random("operators");
        later();
    }

    void end() {
        over = true;
    }

    /** How many there were, those left out included. */
    int verbs() {
        return verbs;
    }

    long accepted() {
        return accepted;
    }

    private void later() {
        cluster.world.after(times.nextLong(2 * cluster.plan.verbEvery()) + 1, "operator", "op", () -> {
            if (!over) {
                random = times.split();
                if (selection.verb(++verbs)) {
                    if (random.nextInt(12) == 0) {
                        table(cluster.state());
                    } else {
                        verb(cluster.state());
                    }
                }
                later();
            }
        });
    }

    private void verb(ClusterState s) {
        Command command = absences.rescues() && random.nextInt(6) == 0
                ? absences.rescue(random)
                : absences.some() && random.nextInt(4) == 0
                        ? absences.command(random, s)
                        : cluster.trouble.force() && random.nextInt(4) == 0
                                ? recovery(s)
                                : cluster.balances.some() && random.nextInt(6) == 0
                                        ? cluster.balances.command(random, s)
                                        : command(s);
        cluster.world.count("verb." + command.getClass().getSimpleName(), "op");
        cluster.world.note("op", command::toString);
        underWay++;
        attempt("verb-" + verbs, command, 1 + random.nextInt(4));
    }

    /** Whether nothing that was asked for while things went wrong can be carried out any more, not even what was given up. */
    boolean idle() {
        long now = cluster.world.now();
        return underWay == 0 && now - gaveUpAt > cluster.plan.paced(2_000)
                || now - askedAt > cluster.plan.paced(10_000); // a master that crashed answers nobody
    }

    /** An operator whose request got no answer asks again, with its id: it is carried out once. */
    private void attempt(String id, Command command, int left) {
        askedAt = cluster.world.now();
        CompletableFuture<Outcome> asked = refused(command)
                ? CompletableFuture.failedFuture(new IllegalStateException("refused, or nobody leads"))
                : cluster.ask(id, command);
        asked.whenComplete((outcome, failure) -> {
            if (failure == null) {
                underWay--;
                answered(command, outcome);
            } else if (left > 1) {
                cluster.world.after(cluster.plan.paced(300), "operator", "op", () -> attempt(id, command, left - 1));
            } else {
                underWay--;
                gaveUpAt = cluster.world.now();
            }
        });
    }

    /** What was accepted isn't forgotten (law 6). */
    private void answered(Command command, Outcome outcome) {
        if (!outcome.accepted()) {
            return;
        }
        accepted++;
        boolean op = command instanceof Command.DecommissionDisk
                || command instanceof Command.DecommissionNode
                || command instanceof Command.MoveReplica
                || command instanceof Command.AddReplica
                || command instanceof Command.FencePartition
                || command instanceof Command.HoldReplica
                || command instanceof Command.ReleaseReplica
                || command instanceof Command.RecoverData
                || command instanceof Command.StartBalance
                || command instanceof Command.RepairReplica;
        if (op
                && cluster.masters.all().stream()
                        .allMatch(m -> m.state().op(outcome.value()).isEmpty())) {
            throw cluster.world.broken("6", command + " was accepted as op " + outcome.value() + ", which isn't there");
        }
    }

    /**
     * Partitions that aren't served are recovered by force, what may be lost being accepted; now and then one that is served, since a request may
     * come late: then nothing may be lost.
     */
    private Command recovery(ClusterState s) {
        List<Partition> some = new ArrayList<>(s.partitions().values());
        if (random.nextInt(6) > 0) {
            cluster.view().ifPresent(view -> some.removeIf(view::served));
        }
        Partition p = one(some, null);
        if (p == null) {
            return command(s);
        }
        long wait = random.nextInt(3) == 0 ? random.nextLong(10_000L * cluster.plan.pace()) : 0;
        long survivor = random.nextInt(3) == 0 ? one(p.all(), null).replica() : 0;
        return new Command.FencePartition(p.id(), p.epoch(), wait, survivor, random.nextBoolean());
    }

    /** Whoever is held out of service still. */
    void letIn() {
        cluster.state().partitions().values().stream()
                .flatMap(p -> p.away().held().stream().map(r -> new Command.ReleaseReplica(p.id(), r)))
                .toList()
                .forEach(this::ask);
    }

    /** What doesn't come back by itself is recovered by force, once everything lives and works again. */
    void recoverAll() {
        cluster.view()
                .filter(v -> v.reports().judging())
                .ifPresent(view -> view.cluster().partitions().values().forEach(p -> recover(view, p)));
        cluster.world.after(cluster.plan.paced(2_000), "operator", "op", this::recoverAll);
    }

    /** Tables that were made on disks that were replaced already, unknown to the masters: they have never stored anything. */
    void dropHollow() {
        ClusterState s = cluster.state();
        s.tables().stream()
                .filter(t -> t.state() == TableState.NORMAL && !t.name().equals(Cluster.TABLE))
                .filter(t -> s.partitionsOfTable(t.id()).stream().anyMatch(p -> p.all().stream()
                        .allMatch(m -> s.disk(m.disk()).filter(Disk::present).isEmpty())))
                .toList()
                .forEach(t -> drop("hollow-" + t.id(), t.name()));
        cluster.world.after(cluster.plan.paced(2_000), "operator", "op", this::dropHollow);
    }

    private void drop(String id, String table) {
        cluster.masters.leader().map(SimMaster::service).ifPresent(service -> {
            try {
                service.dropTable(new AdminService.Caller(id, "operator"), table);
            } catch (ApiException refused) {
                cluster.world.note("op", refused::getMessage);
            }
        });
    }

    private void recover(View view, Partition p) {
        view.cluster()
                .op(p.mutexOp())
                .filter(op -> op.kind() == OpKind.RECOVERY)
                .filter(op -> Survey.ofRecovery(view, op)
                        .filter(reason -> HOPELESS.contains(reason.code()))
                        .isPresent())
                .ifPresent(op -> cluster.ask(new Command.CancelOp(op.id())));
        long since = view.reports().unservedSince(p.id()).orElse(view.nowNanos());
        if (view.nowNanos() - since > cluster.plan.paced(15_000)
                && RecoveryPlan.of(view, p).outcome().equals(RecoveryPlan.CHOOSES)) {
            cluster.ask(new Command.FencePartition(p.id(), p.epoch()));
        }
    }

    /** Tables come and go beside the one that clients use. With more replicas than one: faults that destroy a disk must stay possible. */
    private void table(ClusterState s) {
        List<String> others = s.tables().stream()
                .filter(t -> t.state() == TableState.NORMAL && !t.name().equals(Cluster.TABLE))
                .map(Table::name)
                .toList();
        AdminService.Caller caller = new AdminService.Caller("table-" + verbs, "operator");
        boolean create = others.isEmpty() || others.size() < 2 && random.nextBoolean();
        String name = create ? "x" + verbs : one(others, "");
        int partitions = 1 + random.nextInt(2);
        int replicas = 2 + random.nextInt(2);
        cluster.world.count(create ? "verb.CreateTable" : "verb.DropTable", "op");
        cluster.masters.leader().map(SimMaster::service).ifPresent(service -> {
            try {
                (create ? service.createTable(caller, name, partitions, replicas, 1) : service.dropTable(caller, name))
                        .whenComplete((table, failure) -> accepted += failure == null ? 1 : 0);
            } catch (ApiException refused) {
                cluster.world.note("op", refused::getMessage);
            }
        });
    }

    /** Disks that are broken are recovered now and then, mended or not; or their automatic decommission is asked for again. */
    private Command broken(ClusterState s, int disk) {
        return random.nextInt(4) == 0
                ? new Command.ResumeAutoDecommission(disk)
                : new Command.RecoverDisk(one(brokenDisks(s), disk));
    }

    static List<Integer> brokenDisks(ClusterState s) {
        return s.disks().stream()
                .filter(d -> d.status() == DiskStatus.UNAVAILABLE)
                .map(Disk::id)
                .toList();
    }

    private Command command(ClusterState s) {
        int disk = one(s.disks().stream().map(Disk::id).toList(), 1);
        int node = one(s.nodes().stream().map(Node::id).toList(), 1);
        long op = one(s.openOps().stream().map(Op::id).toList(), 1L);
        if (!brokenDisks(s).isEmpty() && random.nextInt(6) == 0) {
            return broken(s, disk);
        }
        return switch (random.nextInt(16)) {
            case 0, 1 -> new Command.DecommissionDisk(disk, random.nextInt(4));
            case 2 -> new Command.DecommissionNode(node, random.nextInt(4));
            case 3, 4 -> new Command.RecommissionDisk(disk);
            case 5 -> new Command.RecommissionNode(node);
            case 6 -> new Command.CancelOp(op);
            case 7 -> new Command.PauseOp(op, random.nextBoolean());
            case 8, 9 -> new Command.ResumeOp(op);
            case 10 -> {
                // by its number, so that nothing more is drawn: what seeds have found they find again
                long any = one(s.ops().stream().map(Op::id).toList(), 1L);
                yield any % 3 == 0 ? new Command.DeleteOps(List.of(any)) : new Command.AcknowledgeOp(any);
            }
            case 11 -> random.nextInt(4) == 0 ? repairs(s) : setting();
            case 12 ->
                new Command.SetSettings(Map.of("CopyBytesPerSecond", one(List.of("0", "1", "300", "30000"), "0")));
            case 13 -> members(s, node);
            default -> move(s, node, disk);
        };
    }

    /** Replicas are added and taken out by hand, a primary's heir being whoever comes first, or repaired; or another primary is wanted. */
    private Command members(ClusterState s, int node) {
        Partition p = one(s.partitions().values(), null);
        if (p == null) {
            return new Command.ResumeOp(1);
        }
        if (random.nextInt(4) == 0) {
            return changeLeader(p);
        }
        long member = one(p.members(), null).replica();
        long heir = p.primary() == member ? one(p.inSync(), 0L) : 0;
        return switch (random.nextInt(5)) {
            case 0 -> new Command.AddReplica(p.id(), random.nextBoolean() ? node : 0, 0);
            case 1, 2 -> removal(p, member, random.nextBoolean(), heir);
            case 3 -> new Command.RepairReplica(p.id(), p.epoch(), member, 0, 0, "");
            default -> new Command.ResetTarget(p.id());
        };
    }

    private Command removal(Partition p, long replica, boolean lower, long heir) {
        Command.RemoveReplica removal = new Command.RemoveReplica(p.id(), p.epoch(), replica, lower, heir);
        if (refused(removal) || !cluster.copies.another(p, replica)) {
            return new Command.ResetTarget(p.id());
        }
        cluster.copies.asked(replica);
        return removal;
    }

    /** By the API, whose answer depends on what the leader has heard; it looks anew each time that it is asked. */
    private boolean refused(Command command) {
        return command instanceof Command.RemoveReplica c
                && cluster.view()
                        .filter(view -> view.cluster()
                                .partition(c.partition())
                                .filter(p -> p.member(c.replica())
                                        .filter(m ->
                                                RemovalPlan.onlyHope(view, p, m).isPresent())
                                        .isEmpty())
                                .isPresent())
                        .isEmpty();
    }

    /** Mostly as the API lets it through; now and then somebody in-sync who may be dead by then, as when the request comes late. */
    private Command changeLeader(Partition p) {
        Member to = p.member(one(p.inSync(), 0L)).orElse(null);
        boolean able = to != null
                && cluster.view()
                        .filter(view ->
                                PrimaryChange.of(view, p, Optional.of(to)).possible())
                        .isPresent();
        return to != null && p.primary() != 0 && (able || !cluster.planted.contains(p.id()) && random.nextInt(4) == 0)
                ? new Command.Elect(p.id(), p.epoch(), to.replica(), p.inSync())
                : new Command.ResetTarget(p.id());
    }

    private Command move(ClusterState s, int node, int disk) {
        Partition p = one(s.partitions().values(), null);
        if (p == null) {
            return new Command.ResumeOp(1);
        }
        Member source = one(p.all(), null);
        return new Command.MoveReplica(
                p.id(), source.replica(), random.nextInt(3) == 0 ? node : 0, random.nextInt(3) == 0 ? disk : 0, 2);
    }

    /** Who sees that automatic work has stopped looks, and releases the brake some time. */
    private Command repairs(ClusterState s) {
        if (s.cluster().filter(c -> c.brake().engaged()).isPresent() && random.nextBoolean()) {
            return new Command.ReleaseBrake();
        }
        return random.nextBoolean()
                ? new Command.SetSettings(
                        Map.of("AutoDpMetaRepairMode", one(List.of("off", "observe", "on", "on", "on"), "on")))
                : new Command.SetSettings(Map.of("AutoDpMetaRepairParallelCnt", "" + random.nextInt(4)));
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

    private <T> T one(Collection<T> from, T otherwise) {
        return from.isEmpty() ? otherwise : List.copyOf(from).get(random.nextInt(from.size()));
    }

    // ------------------------------------------------------------------ afterwards
    /** Asks until it is accepted or refused; says whether it was accepted. */
    boolean ask(Command command) {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        attempt(command, answer);
        cluster.must("an answer to " + command, cluster.plan.bound(), answer::isDone);
        cluster.world.note("op", () -> command + " is answered: " + answer.join());
        return answer.join().accepted();
    }

    private void attempt(Command command, CompletableFuture<Outcome> answer) {
        cluster.ask(command).whenComplete((outcome, failure) -> {
            if (failure == null && !outcome.reason().equals("TIME_STEP")) {
                answer.complete(outcome);
            } else {
                cluster.world.after(cluster.plan.paced(200), "operator", "op", () -> attempt(command, answer));
            }
        });
    }
}
