package io.kintsugi.master.driver;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Salvage;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import io.kintsugi.proto.CreateReplica;
import io.kintsugi.proto.DeleteReplica;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.SalvageReplica;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Brings datanodes to what the configurations say: creates members that aren't there, sends newer configurations to those that are, deletes
 * replicas that no configuration names. Every task is sent again until reports show it done.
 */
final class ConfigurationDriver implements Driver {
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private record Sent(Task task, long epoch, long again) {}

    private enum Task {
        CREATE,
        CONFIGURE,
        DELETE,
        SALVAGE
    }

    private final Tasks tasks;
    private final Map<Long, Sent> sent = new HashMap<>();
    /** Epoch in which this leader first saw that a replica isn't named any more. */
    private final Map<Long, Long> unnamedSince = new HashMap<>();

    ConfigurationDriver(Tasks tasks) {
        this.tasks = tasks;
    }

    @Override
    public void step(View view, Dirty dirty) {
        for (int id : dirty.partitions) {
            Optional<Partition> p = view.cluster().partition(id);
            if (p.filter(present -> HigherEpoch.holds(view, present)).isPresent()) {
                continue;
            }
            p.ifPresent(present -> present.all().forEach(m -> member(view, present, m)));
            view.reports().strays(id).forEach(stray -> stray(view, p, stray));
        }
        for (int node : dirty.nodes) {
            if (!tasks.reachable(node)) {
                forgetSent(view, node);
            }
        }
    }

    private void member(View view, Partition p, Member m) {
        if (!tasks.reachable(m.node())) {
            return;
        }
        Optional<ReplicaFacts> facts = view.reports().replica(m.replica());
        if (facts.isEmpty()) {
            if (view.diskWorks(m.disk())) {
                create(view, p, m);
            }
        } else if (facts.get().epoch() < p.epoch() && facts.get().state() != ReplicaFacts.State.LOST) {
            NodeDown.Builder message = NodeDown.newBuilder().setConfiguration(Protos.configuration(view.cluster(), p));
            send(view, p.id(), m.node(), m.replica(), Task.CONFIGURE, p.epoch(), message);
        } else if (Salvage.toBegin(p, facts.get())) {
            salvage(view, p, m);
        } else {
            sent.remove(m.replica());
        }
    }

    private void salvage(View view, Partition p, Member m) {
        SalvageReplica.Builder salvage = SalvageReplica.newBuilder()
                .setReplica(m.replica())
                .setPartition(p.id())
                .setEpoch(p.epoch())
                .setSource(p.leaving());
        send(
                view,
                p.id(),
                m.node(),
                m.replica(),
                Task.SALVAGE,
                p.epoch(),
                NodeDown.newBuilder().setSalvage(salvage));
    }

    private void create(View view, Partition p, Member m) {
        CreateReplica.Builder create = CreateReplica.newBuilder()
                .setReplica(m.replica())
                .setDisk(m.disk())
                .setConfiguration(Protos.configuration(view.cluster(), p));
        send(
                view,
                p.id(),
                m.node(),
                m.replica(),
                Task.CREATE,
                p.epoch(),
                NodeDown.newBuilder().setCreate(create));
    }

    /**
     * Not before the primary has reported the epoch that dropped it: until then it may count on this replica's word. Those of a purged
     * table go whatever epoch they are in; those of a partition that these masters never had aren't theirs to delete.
     */
    private void stray(View view, Optional<Partition> p, ReplicaFacts facts) {
        if (!tasks.reachable(facts.node()) || p.isEmpty() && !view.cluster().purged(facts.partition())) {
            return;
        }
        long epoch = p.map(Partition::epoch).orElse(facts.epoch());
        if (p.isPresent() && recovering(view, p.get()) && facts.epoch() < epoch && !facts.broken()) {
            configure(view, p.get(), facts, facts.replica());
            return;
        }
        if (ofOlderGeneration(view, facts)) {
            // the rebuilding of the metadata didn't name it: perhaps it holds what somebody misses, but it mustn't
            // serve
            p.filter(now -> facts.role() == ReplicaFacts.Role.PRIMARY).ifPresent(now -> configure(view, now, facts, 0));
            return;
        }
        if (p.isPresent()) {
            if (forcedOut(p, facts.replica()) && !view.served(p.get())) {
                return; // perhaps it was put back from its backup to be chosen
            }
            long since = unnamedSince.computeIfAbsent(facts.replica(), r -> epoch);
            if (view.reports()
                    .replica(p.get().primary())
                    .filter(f -> f.epoch() >= since)
                    .isEmpty()) {
                return;
            }
        }
        DeleteReplica.Builder delete = DeleteReplica.newBuilder()
                .setReplica(facts.replica())
                .setPartition(facts.partition())
                .setEpoch(epoch)
                .setToBackup(forcedOut(p, facts.replica()));
        if (due(view, facts.replica(), Task.DELETE, epoch)) {
            tasks.passing(FailpointNames.MOVE_BEFORE_DELETE_SOURCE);
        }
        send(
                view,
                facts.partition(),
                facts.node(),
                facts.replica(),
                Task.DELETE,
                epoch,
                NodeDown.newBuilder().setDelete(delete));
    }

    /**
     * While nobody is chosen, one that no configuration names may be chosen too: it is fenced like the others.
     *
     * @param unnamed the stray's id: it is to store it though it isn't named; 0: it is only to hear of it
     */
    private void configure(View view, Partition p, ReplicaFacts stray, long unnamed) {
        NodeDown.Builder message = NodeDown.newBuilder()
                .setConfiguration(Protos.configuration(view.cluster(), p))
                .setReplica(unnamed);
        send(view, p.id(), stray.node(), stray.replica(), Task.CONFIGURE, p.epoch(), message);
    }

    private static boolean recovering(View view, Partition p) {
        return p.primary() == 0
                && view.cluster()
                        .op(p.mutexOp())
                        .filter(op -> op.kind() == OpKind.RECOVERY)
                        .isPresent();
    }

    /** What a forced recovery went on without isn't thrown away. */
    private static boolean forcedOut(Optional<Partition> p, long replica) {
        return p.filter(now -> now.forced() != null && now.forced().removed(replica))
                .isPresent();
    }

    /** It has heard of no configuration of these masters' generation. */
    private static boolean ofOlderGeneration(View view, ReplicaFacts facts) {
        return view.cluster()
                .cluster()
                .filter(c -> c.generation() > 1 && facts.epoch() < Partition.firstEpoch(c.generation()))
                .isPresent();
    }

    private boolean due(View view, long replica, Task task, long epoch) {
        Sent last = sent.get(replica);
        return last == null || last.task() != task || last.epoch() < epoch || last.again() - view.nowNanos() <= 0;
    }

    private void send(
            View view, int partition, int node, long replica, Task task, long epoch, NodeDown.Builder message) {
        if (due(view, replica, task, epoch)) {
            tasks.send(node, message);
            sent.put(replica, new Sent(task, epoch, view.nowNanos() + AGAIN.toNanos()));
        }
        tasks.wakeAt(sent.get(replica).again(), Subject.partition(partition));
    }

    /** What was sent down a stream that has ended may never have arrived. */
    private void forgetSent(View view, int node) {
        view.cluster().disksOfNode(node).forEach(disk -> view.cluster()
                .partitionsOnDisk(disk.id())
                .forEach(id -> view.cluster().partition(id).ifPresent(p -> p.all().stream()
                        .filter(m -> m.node() == node)
                        .forEach(m -> sent.remove(m.replica())))));
    }
}
