package io.kintsugi.sim.model;

import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import java.util.Set;
import java.util.TreeSet;

/** An op as the naive model knows it. */
final class OpModel {
    /** Where an op stands; {@code ADDED} and {@code SWAPPED} are steps of a running move. */
    enum At {
        WAITS,
        PREPARED,
        RUNS,
        ADDED,
        SWAPPED,
        PAUSED,
        SUCCESS,
        FAILED,
        CANCELLED
    }

    final long id;
    final OpKind kind;
    final long parent;
    /** Of a drain. */
    final int node;

    final int disk;
    /** Of a move or a recovery. */
    final int partition;

    final long source;
    final int toNode;
    final int toDisk;
    /** Of a repair: whether a rule asked for it; of a recovery of all data: whether automatic failover was on before it. */
    boolean automatic;

    /** Of a recovery of all data: partitions that it may choose for. */
    final Set<Integer> choices = new TreeSet<>();

    /** Of a move: the master's own, to even out. */
    final boolean evens;

    /** Of a return to service, and of being taken out of it. */
    final long replica;

    final boolean wasHeld;

    At at;
    boolean cancelling;
    boolean pausing;
    int failures;
    int rollbacks;
    /** In-sync replicas when it began to change something. */
    int noted;

    long destination;
    /** Of a recovery: a survivor is chosen. */
    boolean chosen;

    OpModel(Op op) {
        id = op.id();
        kind = op.kind();
        parent = op.parent();
        node = op.node();
        disk = op.disk();
        boolean move = op.move() != null;
        partition = move
                ? op.move().partition()
                : op.recovery() != null
                        ? op.recovery().partition()
                        : op.absence() != null ? op.absence().partition() : 0;
        replica = op.absence() == null ? 0 : op.absence().replica();
        wasHeld = op.absence() != null && op.absence().held();
        source = move ? op.move().source() : 0;
        toNode = move ? op.move().toNode() : 0;
        toDisk = move ? op.move().toDisk() : 0;
        automatic = move && op.move().automatic();
        evens = move && op.automatic();
        at = At.WAITS;
    }

    /** Or a repair, which goes the same way. */
    boolean move() {
        return kind == OpKind.MOVE || repair();
    }

    boolean repair() {
        return kind == OpKind.REPAIR;
    }

    boolean ended() {
        return at == At.SUCCESS || at == At.FAILED || at == At.CANCELLED;
    }

    boolean owns() {
        return at == At.PREPARED || at == At.ADDED || at == At.SWAPPED;
    }

    void become(At next) {
        at = next;
        cancelling = false;
        pausing = false;
        if (next != At.ADDED && next != At.SWAPPED) {
            destination = 0;
        }
    }

    /** As the product says it, to be compared: status and step. */
    static At of(Op op) {
        return switch (op.status()) {
            case INITIAL, MARKED -> At.WAITS;
            case PREPARE -> At.PREPARED;
            case RUNNING ->
                op.move() == null
                        ? At.RUNS
                        : switch (op.move().step()) {
                            case NONE -> At.RUNS;
                            case ADDED -> At.ADDED;
                            case SWAPPED -> At.SWAPPED;
                        };
            case SUCCESS -> At.SUCCESS;
            case FAILED -> At.FAILED;
            case PAUSED -> At.PAUSED;
            case CANCELLED -> At.CANCELLED;
        };
    }

    @Override
    public String toString() {
        return "op " + id + " " + kind + " of " + parent + " " + at + (cancelling ? " cancelling" : "")
                + (pausing ? " pausing" : "") + " partition " + partition + " " + source + "→" + destination
                + " failures "
                + failures + " rollbacks " + rollbacks;
    }
}
