package io.kintsugi.master.transport;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RecoveryWish;
import io.kintsugi.master.plan.Elections;
import io.kintsugi.master.plan.PrimaryChange;
import io.kintsugi.master.plan.RecoveryPlan;
import io.kintsugi.master.plan.RemovalPlan;
import io.kintsugi.master.plan.Survey;
import io.kintsugi.master.plan.Survivor;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.plan.repair.Repair;
import io.kintsugi.master.plan.repair.StoredPeers;
import io.kintsugi.master.transport.AdminService.Caller;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What operators can ask of datanodes, disks, replicas and ops. What only the leader's reports can tell is checked here, all else at apply. */
public final class DrainService {
    private static final int DELETED_AT_ONCE = 256;

    private final Asking asking;
    private final Supplier<View> view;

    DrainService(Asking asking, Supplier<View> view) {
        this.asking = asking;
        this.view = view;
    }

    /** The op's id. */
    public CompletableFuture<Long> decommissionNode(Caller caller, String node, int weight) {
        int id = Names.node(view.get(), node).id();
        return value(caller, new Command.DecommissionNode(id, weight));
    }

    /** The node's id. */
    public CompletableFuture<Integer> recommissionNode(Caller caller, String node) {
        int id = Names.node(view.get(), node).id();
        return asking.propose(caller, new Command.RecommissionNode(id)).thenApply(o -> id);
    }

    /** Only one that is away: a datanode that lives would register again. */
    public CompletableFuture<Outcome> removeNode(Caller caller, Node node) {
        switch (view.get().reports().liveness(node.id())) {
            case ALIVE ->
                throw new ApiException(
                        409,
                        "NODE_ALIVE",
                        "datanode " + node.name() + " lives and would register again: stop it first",
                        Map.of());
            case UNKNOWN ->
                throw new ApiException(
                        409,
                        "NODE_UNKNOWN",
                        "this leader doesn't know yet whether datanode " + node.name() + " lives: ask again shortly",
                        Map.of());
            case DEAD -> {}
        }
        return asking.propose(caller, new Command.RemoveNode(node.id()));
    }

    /** The op's id. */
    public CompletableFuture<Long> decommissionDisk(Caller caller, String node, String path, int weight) {
        return value(
                caller,
                new Command.DecommissionDisk(Names.disk(view.get(), node, path).id(), weight));
    }

    /** The disk's id. */
    public CompletableFuture<Integer> recommissionDisk(Caller caller, String node, String path) {
        int id = Names.disk(view.get(), node, path).id();
        return asking.propose(caller, new Command.RecommissionDisk(id)).thenApply(o -> id);
    }

    /** An operator says that a broken disk is mended. The recovery's number. */
    public CompletableFuture<Long> recoverDisk(Caller caller, Disk disk) {
        return value(caller, new Command.RecoverDisk(disk.id()));
    }

    /** The disk's id. */
    public CompletableFuture<Long> resumeAutoDecommission(Caller caller, Disk disk) {
        return value(caller, new Command.ResumeAutoDecommission(disk.id()));
    }

    /** Only one that holds nothing, or that is lost: broken, not presented, or on a dead datanode. */
    public CompletableFuture<Integer> removeDisk(Caller caller, Disk disk) {
        View now = view.get();
        int replicas = now.cluster().partitionsOnDisk(disk.id()).size();
        boolean lost = disk.status() != DiskStatus.NORMAL
                || !now.diskWorks(disk.id())
                || now.reports().dead(disk.node());
        if (replicas > 0 && disk.drain() != DrainState.DRAINED && !lost) {
            throw new ApiException(
                    409,
                    "DISK_IN_USE",
                    "disk " + now.diskName(disk) + " works and holds " + replicas + " replicas: decommission it first",
                    Map.of());
        }
        return asking.propose(caller, new Command.RemoveDisk(disk.id())).thenApply(o -> disk.id());
    }

    /** One replica elsewhere: the op's id. */
    public CompletableFuture<Long> decommissionReplica(
            Caller caller, Partition p, Member source, Names.Place to, int weight) {
        // a disk says it all: its datanode needn't be named too
        int toNode = to.disk() == 0 ? to.node() : 0;
        return value(caller, new Command.MoveReplica(p.id(), source.replica(), toNode, to.disk(), weight));
    }

    /** Goes on with the best of what is left of a partition that doesn't serve: the op's id. */
    public CompletableFuture<Long> recover(Caller caller, Partition p) {
        return recover(caller, p, 0, 0, false);
    }

    /**
     * Goes on with what is left of a partition that doesn't serve: the op's id. What that may cost is for the caller to have asked.
     *
     * @param waitMillis how long it waits for better replicas that aren't reached
     * @param survivor replica id to go on with; 0: the best
     * @param insist on that one, though a better one is there
     */
    public CompletableFuture<Long> recover(Caller caller, Partition p, long waitMillis, long survivor, boolean insist) {
        View now = view.get();
        if (now.served(p)) {
            throw new ApiException(
                    409,
                    "NOT_NEEDED",
                    "partition " + now.partitionName(p) + " is served: there is nothing to recover",
                    Map.of());
        }
        if (survivor != 0) {
            checkSurvivor(RecoveryPlan.of(now, p, new RecoveryWish(0, survivor, insist)), survivor);
        }
        return value(caller, new Command.FencePartition(p.id(), p.epoch(), waitMillis, survivor, insist));
    }

    /** @throws ApiException when it can't be had, or a better one is there */
    static void checkSurvivor(RecoveryPlan plan, long survivor) {
        if (plan.reason() != null) {
            throw new ApiException(409, plan.reason().code(), plan.reason().message(), Map.of());
        }
        Survivor chosen = plan.survivor();
        if (chosen != null && chosen.replica() != survivor) {
            throw new ApiException(
                    409,
                    "BETTER_SURVIVOR",
                    "replica " + chosen.replica() + " on " + chosen.place() + " is there, and "
                            + (chosen.inSync()
                                    ? "in-sync: it is elected, and nothing is lost"
                                    : "holds what replica " + survivor
                                            + " may lack: leave the choice to the masters, or insist (--force-choice)"),
                    Map.of());
        }
    }

    /** One replica more, wherever it fits if {@code to} says nothing: the op's id. */
    public CompletableFuture<Long> addReplica(Caller caller, Partition p, Names.Place to) {
        int toNode = to.disk() == 0 ? to.node() : 0;
        return value(caller, new Command.AddReplica(p.id(), toNode, to.disk()));
    }

    /** Takes a member out; a primary hands over in the same command. The partition's id. */
    public CompletableFuture<Integer> removeReplica(Caller caller, Partition p, Member member, boolean lower) {
        View now = view.get();
        RemovalPlan.onlyHope(now, p, member).ifPresent(reason -> {
            throw new ApiException(409, reason.code(), reason.message(), Map.of());
        });
        long heir = RemovalPlan.heir(now, p, member);
        return asking.propose(caller, new Command.RemoveReplica(p.id(), p.epoch(), member.replica(), lower, heir))
                .thenApply(o -> p.id());
    }

    /** Another primary, which is in-sync; nothing if it is that one already. The partition's id. */
    public CompletableFuture<Integer> changePrimary(Caller caller, Partition p, Optional<Member> to) {
        View now = view.get();
        PrimaryChange change = PrimaryChange.of(now, p, to);
        if (!change.possible()) {
            throw new ApiException(409, change.reason(), change.message(), Map.of());
        }
        if (!change.changes()) {
            return CompletableFuture.completedFuture(p.id());
        }
        Member next = to.or(() -> Elections.candidate(now, p, p.primary())).orElseThrow();
        return asking.propose(caller, new Command.Elect(p.id(), p.epoch(), next.replica(), p.inSync()))
                .thenApply(o -> p.id());
    }

    /**
     * Says the masters' configuration anew to replicas that have stored another, whatever {@code AutoDpMetaRepairMode} is. Whether any had.
     */
    public CompletableFuture<Boolean> tellPeers(Caller caller, Partition p) {
        View now = view.get();
        if (!now.reports().judging()) {
            throw new ApiException(
                    409, Survey.notJudging().code(), Survey.notJudging().message(), Map.of());
        }
        new HigherEpoch().of(now, p).ifPresent(alarm -> {
            throw new ApiException(409, alarm.reason(), alarm.message() + "; " + alarm.action(), Map.of());
        });
        Optional<Repair> due = StoredPeers.due(now, p);
        if (due.isPresent()) {
            return asking.propose(caller, due.get().command()).thenApply(o -> true);
        }
        if (!StoredPeers.all(now, p).isEmpty()) {
            throw new ApiException(
                    409,
                    "NO_PRIMARY",
                    "partition " + now.partitionName(p)
                            + " has no primary that works: it gets one first, and by that all replicas"
                            + " hear the configuration anew",
                    Map.of());
        }
        return CompletableFuture.completedFuture(false);
    }

    /** The partition's id. */
    public CompletableFuture<Integer> resetTarget(Caller caller, Partition p) {
        return asking.propose(caller, new Command.ResetTarget(p.id())).thenApply(o -> p.id());
    }

    /**
     * Replicas of one datanode to another, so many at most: a move each. The ops' ids; where there is none, what the first was refused for.
     */
    public CompletableFuture<List<Long>> migrate(Caller caller, Node from, Node to, int count, int weight) {
        View now = view.get();
        List<Partition> partitions = now.cluster().disksOfNode(from.id()).stream()
                .flatMap(d -> now.cluster().partitionsOnDisk(d.id()).stream())
                .flatMap(id -> now.cluster().partition(id).stream())
                .filter(p -> p.onNode(to.id()).isEmpty())
                .limit(count)
                .toList();
        CompletableFuture<Migration> all = CompletableFuture.completedFuture(new Migration(List.of(), null));
        for (Partition p : partitions) {
            long source = p.onNode(from.id()).orElseThrow().replica();
            String id = caller.requestId().isEmpty() ? "" : caller.requestId() + "/" + p.id();
            Command move = new Command.MoveReplica(p.id(), source, to.id(), 0, weight);
            all = all.thenCompose(
                    done -> asking.ask(new Caller(id, caller.user()), move).thenApply(done::with));
        }
        return all.thenApply(Migration::begun);
    }

    private record Migration(List<Long> ops, Outcome refused) {
        Migration with(Outcome o) {
            List<Long> more = new ArrayList<>(ops);
            if (o.accepted()) {
                more.add(o.value());
            }
            return new Migration(more, refused == null && !o.accepted() ? o : refused);
        }

        List<Long> begun() {
            if (ops.isEmpty() && refused != null) {
                throw ApiException.of(refused);
            }
            return ops;
        }
    }

    /** Evens out once. Its op id. */
    CompletableFuture<Long> balance(Caller caller) {
        return value(caller, new Command.StartBalance());
    }

    public CompletableFuture<Long> cancel(Caller caller, long op) {
        return asking.propose(caller, new Command.CancelOp(op)).thenApply(o -> op);
    }

    /** @param now moves that are under way are taken back, not waited for */
    public CompletableFuture<Long> pause(Caller caller, long op, boolean now) {
        return asking.propose(caller, new Command.PauseOp(op, now)).thenApply(o -> op);
    }

    public CompletableFuture<Long> resume(Caller caller, long op) {
        return asking.propose(caller, new Command.ResumeOp(op)).thenApply(o -> op);
    }

    /** An operator has seen how it ended. */
    public CompletableFuture<Long> acknowledge(Caller caller, long op) {
        return asking.propose(caller, new Command.AcknowledgeOp(op)).thenApply(o -> op);
    }

    /**
     * Ended ops with all their parts are forgotten; so many of them in an entry, since a drain may have thousands.
     *
     * @return how many are gone
     */
    public CompletableFuture<Long> delete(Caller caller, Collection<Op> wanted) {
        Set<Long> ids = new LinkedHashSet<>();
        wanted.forEach(op -> partsFirst(view.get(), op, ids));
        List<Long> all = List.copyOf(ids);
        CompletableFuture<Long> deleted = CompletableFuture.completedFuture(0L);
        for (int i = 0; i < all.size(); i += DELETED_AT_ONCE) {
            int from = i;
            List<Long> some = all.subList(i, Math.min(all.size(), i + DELETED_AT_ONCE));
            String id = caller.requestId().isEmpty() ? "" : caller.requestId() + "/" + from;
            deleted = deleted.thenCompose(before -> value(new Caller(id, caller.user()), new Command.DeleteOps(some))
                    .thenApply(n -> before + n));
        }
        return deleted;
    }

    private static void partsFirst(View view, Op op, Set<Long> ids) {
        view.cluster().children(op.id()).forEach(part -> partsFirst(view, part, ids));
        ids.add(op.id());
    }

    private CompletableFuture<Long> value(Caller caller, Command command) {
        return asking.propose(caller, command).thenApply(Outcome::value);
    }
}
