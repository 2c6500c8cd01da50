package io.kintsugi.master.state;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Nodeset;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RecoveryStep;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.model.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What holds of the whole state after every command. For tests, simulation, and states of another origin: it reads everything. */
public final class Invariants {
    private final State state;
    private final List<String> violations = new ArrayList<>();

    private Invariants(State state) {
        this.state = state;
    }

    /** A sentence for each violation; empty when the state is sound. */
    public static List<String> violations(ClusterState state) {
        Invariants check = new Invariants((State) state);
        state.partitions().values().forEach(check::partition);
        state.ops().forEach(check::op);
        state.nodes().forEach(check::node);
        state.disks().forEach(check::disk);
        state.tables().forEach(check::table);
        check.owners();
        check.counters();
        check.derived();
        return check.violations;
    }

    /** Nodesets that have more moves or disk decommissions admitted than their limits: legal only after a limit was lowered. */
    public static List<String> limitsExceeded(ClusterState state) {
        Invariants check = new Invariants((State) state);
        long moves = state.settings().get(Setting.DECOMMISSION_DP_LIMIT);
        long disks = state.settings().get(Setting.DECOMMISSION_DISK_LIMIT);
        long copies = state.settings().get(Setting.INCOMING_COPIES_PER_DISK);
        for (Nodeset s : state.nodesets()) {
            check.that(
                    state.movesOfNodeset(s.id()).size() <= moves, "nodeset %d has more than %d moves", s.id(), moves);
            long drains = check.state.indexes().admittedDrains.values().stream()
                    .filter(op -> state.node(state.disk(op.disk()).orElseThrow().node())
                                    .orElseThrow()
                                    .nodeset()
                            == s.id())
                    .count();
            check.that(drains <= disks, "nodeset %d has more than %d disk decommissions", s.id(), disks);
        }
        for (Disk d : state.disks()) {
            check.that(
                    state.movesToDisk(d.id()).size() <= copies, "disk %d takes in more than %d copies", d.id(), copies);
        }
        return check.violations;
    }

    private void that(boolean rule, String format, Object... args) {
        if (!rule) {
            violations.add(String.format(Locale.ROOT, format, args));
        }
    }

    private void partition(Partition p) {
        TreeSet<Long> replicas = new TreeSet<>();
        TreeSet<Integer> nodes = new TreeSet<>();
        for (Member m : p.all()) {
            that(replicas.add(m.replica()), "partition %d names replica %d twice", p.id(), m.replica());
            that(
                    m.replica() == p.leaving() || p.members().size() > p.target() || nodes.add(m.node()),
                    "partition %d has two replicas on node %d",
                    p.id(),
                    m.node());
            that(
                    state.disk(m.disk()).filter(d -> d.node() == m.node()).isPresent(),
                    "partition %d has a replica on disk %d, which node %d doesn't have",
                    p.id(),
                    m.disk(),
                    m.node());
            that(
                    p.isInSync(m.replica()) == (m.leftEpoch() == 0),
                    "partition %d: replica %d left at %d",
                    p.id(),
                    m.replica(),
                    m.leftEpoch());
            that(m.leftEpoch() <= p.epoch(), "partition %d: replica %d left in the future", p.id(), m.replica());
        }
        that(replicas.containsAll(p.inSync()), "partition %d: in-sync %s are no members", p.id(), p.inSync());
        that(
                p.inSync().equals(List.copyOf(new TreeSet<>(p.inSync()))),
                "partition %d: in-sync %s isn't a sorted set",
                p.id(),
                p.inSync());
        that(!p.inSync().isEmpty(), "partition %d has no in-sync replica", p.id());
        that(
                p.primary() == 0 || p.isInSync(p.primary()),
                "partition %d: primary %d isn't in-sync",
                p.id(),
                p.primary());
        that(
                p.away().held().stream().noneMatch(p::isInSync)
                        && p.away().led().stream().noneMatch(p::isInSync)
                        && replicas.containsAll(p.away().held())
                        && replicas.containsAll(p.away().led()),
                "partition %d: %s of members %s, in-sync %s",
                p.id(),
                p.away(),
                replicas,
                p.inSync());
        that(p.target() >= 1, "partition %d should have %d members", p.id(), p.target());
        that(
                !p.salvaged() || p.isInSync(p.leaving()),
                "partition %d: joining %s without a primary, of a source %d that isn't in-sync",
                p.id(),
                p.joining(),
                p.leaving());
        that(p.leaving() == 0 || p.joining() != null, "partition %d: leaving without joining", p.id());
        that(
                p.leaving() == 0 || p.members().stream().anyMatch(m -> m.replica() == p.leaving()),
                "partition %d: leaving %d is no member",
                p.id(),
                p.leaving());
        that(state.table(p.table()).isPresent(), "partition %d is of table %d, which isn't there", p.id(), p.table());
        mutex(p);
    }

    private void mutex(Partition p) {
        that(
                (p.mutex() == RestoreMutex.STOP) == (p.mutexOp() == 0),
                "partition %d: mutex %s of op %d",
                p.id(),
                p.mutex(),
                p.mutexOp());
        if (p.mutexOp() != 0) {
            that(
                    state.op(p.mutexOp())
                            .filter(op -> !op.ended() && ownedPartition(op) == p.id())
                            .isPresent(),
                    "partition %d: its mutex is held by op %d, which isn't an open op of it",
                    p.id(),
                    p.mutexOp());
            boolean repairs = state.op(p.mutexOp())
                    .filter(op -> op.isRepair() || op.recovery() != null)
                    .isPresent();
            that(
                    p.mutex() == (repairs ? RestoreMutex.RUNNING : RestoreMutex.FORBIDDEN),
                    "partition %d: mutex %s of op %d",
                    p.id(),
                    p.mutex(),
                    p.mutexOp());
        } else {
            that(p.joining() == null, "partition %d: a joining replica, and no op", p.id());
        }
    }

    private static int ownedPartition(Op op) {
        return op.recovery() != null
                ? op.recovery().partition()
                : op.move() != null ? op.move().partition() : 0;
    }

    private void recovery(Op op) {
        that(
                (op.kind() == OpKind.RECOVERY) == (op.recovery() != null),
                "op %d: a %s with recovery %s",
                op.id(),
                op.kind(),
                op.recovery());
        if (op.recovery() == null || op.ended()) {
            return;
        }
        Partition p = state.partition(op.recovery().partition()).orElse(null);
        that(
                p != null && p.mutexOp() == op.id() && p.mutex() == RestoreMutex.RUNNING,
                "open recovery %d doesn't hold the mutex of partition %d",
                op.id(),
                op.recovery().partition());
        that(
                p == null || op.recovery().step() == RecoveryStep.CHOSEN || p.joining() == null,
                "recovery %d, and a replica joins partition %d",
                op.id(),
                op.recovery().partition());
        that(
                (op.recovery().step() == RecoveryStep.CHOSEN) == (op.recovery().survivor() != 0),
                "recovery %d at %s has chosen %d",
                op.id(),
                op.recovery().step(),
                op.recovery().survivor());
    }

    /** While data is recovered automatic failover is off; one at most goes on. */
    private void rescue(Op op) {
        that(
                (op.kind() == OpKind.RECOVER_DATA) == (op.rescue() != null),
                "op %d: a %s with %s",
                op.id(),
                op.kind(),
                op.rescue());
        that(
                op.rescue() == null
                        || op.ended()
                        || !state.settings().on(Setting.AUTO_FAILOVER)
                                && state.openRescue().filter(op::equals).isPresent(),
                "op %d recovers data, AutoFailover %s, another %s",
                op.id(),
                state.settings().on(Setting.AUTO_FAILOVER),
                state.openRescue());
    }

    private void absence(Op op) {
        boolean about = op.kind() == OpKind.OFFLINE || op.kind() == OpKind.REJOIN;
        that(about == (op.absence() != null), "op %d: a %s with absence %s", op.id(), op.kind(), op.absence());
        if (op.absence() == null || op.ended()) {
            return;
        }
        long replica = op.absence().replica();
        that(
                op.kind() == OpKind.REJOIN
                        && state.partition(op.absence().partition())
                                .filter(p -> p.members().stream().anyMatch(m -> m.replica() == replica))
                                .filter(p -> !p.isInSync(replica) && !p.isHeld(replica))
                                .isPresent(),
                "open %s %d of replica %d",
                op.kind(),
                op.id(),
                replica);
    }

    private void op(Op op) {
        that(
                op.ended() == (op.times().ended() != 0),
                "op %d is %s and ended at %d",
                op.id(),
                op.status(),
                op.times().ended());
        that(
                op.move() == null
                        ? op.kind() != OpKind.MOVE && !op.isRepair()
                        : op.kind() == (op.move().isRepair() ? OpKind.REPAIR : OpKind.MOVE),
                "op %d: a %s with move %s",
                op.id(),
                op.kind(),
                op.move());
        that(op.progress().bytesDone() <= op.progress().bytesTotal(), "op %d has progress %s", op.id(), op.progress());
        that(!op.ended() || op.intent() == Intent.NONE, "op %d has ended with intent %s", op.id(), op.intent());
        if (op.parent() != 0) {
            Op parent = state.op(op.parent()).orElse(null);
            that(parent != null, "op %d is a part of %d, which isn't there", op.id(), op.parent());
            that(op.ended() || parent != null && !parent.ended(), "op %d is open, its parent isn't", op.id());
            that(
                    op.ended()
                            || parent == null
                            || parent.intent() != Intent.CANCEL
                            || op.intent() == Intent.CANCEL
                            || op.move() == null
                            || op.move().step() == MoveStep.SWAPPED,
                    "op %d goes on, though its parent is being cancelled",
                    op.id());
        }
        if (op.kind() == OpKind.DISK_DECOMMISSION && !op.ended()) {
            that(
                    state.disk(op.disk()).filter(d -> d.drainOp() == op.id()).isPresent(),
                    "op %d drains disk %d, which doesn't say so",
                    op.id(),
                    op.disk());
        }
        if (op.kind() == OpKind.NODE_DECOMMISSION && !op.ended()) {
            that(
                    state.node(op.node()).filter(n -> n.drainOp() == op.id()).isPresent(),
                    "op %d drains node %d, which doesn't say so",
                    op.id(),
                    op.node());
        }
        recovery(op);
        rescue(op);
        absence(op);
        if (op.holdsToken()) {
            openMove(op);
        } else if (op.move() != null && !op.ended()) {
            that(
                    op.move().step() == MoveStep.NONE,
                    "move %d is %s at step %s",
                    op.id(),
                    op.status(),
                    op.move().step());
        }
    }

    private void openMove(Op op) {
        Partition p = state.partition(op.move().partition()).orElse(null);
        that(
                p != null && p.mutexOp() == op.id(),
                "open move %d doesn't hold the mutex of partition %d",
                op.id(),
                op.move().partition());
        boolean joining = p != null
                && p.joining() != null
                && p.joining().replica() == op.move().destination();
        that(
                joining == (op.move().step() == MoveStep.ADDED),
                "move %d is at step %s, its destination %s joining",
                op.id(),
                op.move().step(),
                joining ? "is" : "isn't");
        that(
                !joining || p.leaving() == op.move().source(),
                "move %d of source %d, partition %d has %d leaving",
                op.id(),
                op.move().source(),
                op.move().partition(),
                p == null ? 0 : p.leaving());
    }

    private void node(Node n) {
        that(
                (n.drain() == DrainState.DRAINING)
                        == state.op(n.drainOp())
                                .filter(op -> !op.ended() && op.node() == n.id())
                                .isPresent(),
                "node %d is %s by op %d",
                n.id(),
                n.drain(),
                n.drainOp());
    }

    private void disk(Disk d) {
        that(
                (d.drain() == DrainState.DRAINING)
                        == state.op(d.drainOp())
                                .filter(op -> !op.ended() && op.disk() == d.id())
                                .isPresent(),
                "disk %d is %s by op %d",
                d.id(),
                d.drain(),
                d.drainOp());
        that(
                d.drain() != DrainState.NONE || d.drainOp() == 0 && d.drainRoot() == 0,
                "disk %d isn't drained, and names ops %d and %d",
                d.id(),
                d.drainOp(),
                d.drainRoot());
        that(
                d.drainRoot() == 0
                        || d.drainRoot() == d.drainOp()
                        || state.node(d.node())
                                .filter(n -> n.drainOp() == d.drainRoot())
                                .isPresent(),
                "disk %d is drained with its node by op %d, which the node doesn't name",
                d.id(),
                d.drainRoot());
        boolean empty = state.partitionsOnDisk(d.id()).isEmpty();
        that(d.drain() != DrainState.DRAINED || empty, "disk %d is drained, and has replicas", d.id());
        that(
                empty
                        || state.node(d.node())
                                .filter(n -> n.drain() == DrainState.DRAINED)
                                .isEmpty(),
                "disk %d has replicas, its node %d is drained",
                d.id(),
                d.node());
        that(state.node(d.node()).isPresent(), "disk %d is of node %d, which isn't there", d.id(), d.node());
    }

    private void table(Table t) {
        int slot = 0;
        for (Partition p : state.partitionsOfTable(t.id())) {
            that(
                    p.index() == slot && p.table() == t.id(),
                    "table %d: slot %d holds partition %d",
                    t.id(),
                    slot,
                    p.id());
            slot++;
        }
        that(slot == t.partitions(), "table %d has %d of %d slots", t.id(), slot, t.partitions());
    }

    /** Never two ops own one partition. */
    private void owners() {
        Map<Integer, Long> owner = new TreeMap<>();
        Map<Integer, Long> repair = new TreeMap<>();
        for (Op op : state.openOps()) {
            if (op.isRepair()) {
                Long other = repair.put(op.move().partition(), op.id());
                that(
                        other == null,
                        "ops %d and %d both repair partition %d",
                        other,
                        op.id(),
                        op.move().partition());
            }
            if (op.holdsToken()) {
                Long other = owner.put(op.move().partition(), op.id());
                that(
                        other == null,
                        "ops %d and %d both own partition %d",
                        other,
                        op.id(),
                        op.move().partition());
            }
        }
    }

    /** Ids are never given out twice: counters are at or above everything that is in use, and no two replicas share one. */
    private void counters() {
        TreeSet<Long> replicas = new TreeSet<>();
        for (Partition p : state.partitions().values()) {
            for (Member m : p.all()) {
                that(replicas.add(m.replica()), "replica id %d is in use twice", m.replica());
                that(m.replica() <= state.counter(Counter.REPLICA), "replica id %d is above its counter", m.replica());
            }
        }
        last(Schema.NODES, Counter.NODE);
        last(Schema.DISKS, Counter.DISK);
        last(Schema.TABLES, Counter.TABLE);
        last(Schema.PARTITIONS, Counter.PARTITION);
        last(Schema.NODESETS, Counter.NODESET);
        last(Schema.OPS, Counter.OP);
        last(Schema.REQUESTS, Counter.REQUEST);
    }

    private <K extends Number & Comparable<K>> void last(RowTable<K, ?> table, Counter counter) {
        if (!state.rows(table).isEmpty()) {
            long last = state.rows(table).lastKey().longValue();
            that(last <= state.counter(counter), "id %d in %s is above its counter", last, table.name());
        }
    }

    /** Indexes and digest are what the rows alone, written and read again, give. */
    private void derived() {
        State rebuilt = State.EMPTY;
        for (RowTable<?, ?> table : Schema.ALL) {
            rebuilt = reload(table, rebuilt);
        }
        that(
                rebuilt.digest() == state.digest(),
                "the digest is %016x, of the rows %016x",
                state.digest(),
                rebuilt.digest());
        for (int i = 0; i < rebuilt.indexes().parts().size(); i++) {
            Map.Entry<String, Map<?, ?>> own = state.indexes().parts().get(i);
            Map<?, ?> of = rebuilt.indexes().parts().get(i).getValue();
            that(own.getValue().equals(of), "index %s is %s, of the rows %s", own.getKey(), own.getValue(), of);
        }
    }

    private <K extends Comparable<? super K>, V> State reload(RowTable<K, V> table, State into) {
        State result = into;
        for (Map.Entry<K, V> row : state.rows(table).entrySet()) {
            result = MasterCore.loaded(
                    result, table, table.keys().encode().apply(row.getKey()), table.encode(row.getValue()));
        }
        that(result.rows(table).equals(state.rows(table)), "table %s differs when read again", table.name());
        return result;
    }
}
