package io.kintsugi.sim.model;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.state.ClusterState;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The naive model beside the product: told of every command with the states before and after it, it says where the two disagree. Of partitions
 * and ops it keeps its own; what it doesn't model (datanodes, disks, tables, settings, revisions) it reads from the product's state.
 */
public final class Reference {
    /** Refusals that come before the command itself is looked at. */
    private static final Set<String> NOT_LOOKED_AT =
            Set.of("STALE_TERM", "TIME_STEP", "BAD_REQUEST_ID", "REQUEST_ID_REUSED", "NOT_INITIALIZED");
    /** For so long the answer to a request is kept. */
    private static final long REMEMBERED_MS = 600_000;

    private record Answered(long time, Outcome outcome) {}

    private final Map<String, Answered> answered = new HashMap<>();
    final SortedMap<Integer, PartitionModel> partitions = new TreeMap<>();
    final SortedMap<Long, OpModel> ops = new TreeMap<>();
    /** What the product held before the command that is looked at. */
    ClusterState facts;
    /** And what it holds after it. */
    ClusterState after;

    private final int thorough;
    private long commands;

    /** Compares everything after each command. */
    public Reference() {
        this(1);
    }

    /** @param thorough everything is compared after so many commands; after the others, what the product touched */
    public Reference(int thorough) {
        this.thorough = thorough;
    }

    /** @return where the product and the model differ after the command, or empty */
    public Optional<String> check(Envelope e, Outcome outcome, ClusterState before, ClusterState now) {
        facts = before;
        after = now;
        if (NOT_LOOKED_AT.contains(outcome.reason()) || e.command() instanceof Command.VerifyDigest) {
            return difference(e);
        }
        if (remembered(e, outcome, before, now)) {
            return before.digest() == now.digest()
                    ? Optional.empty()
                    : Optional.of("request " + e.requestId() + " was carried out again: " + e.command());
        }
        if (!e.requestId().isEmpty()) {
            answered.put(e.requestId(), new Answered(time(now), outcome));
        }
        boolean accepted;
        try {
            accepted = new Rules(this).apply(e.command(), outcome);
        } catch (Refused refused) {
            accepted = refused.wouldAccept;
        }
        if (accepted != outcome.accepted()) {
            return Optional.of("the model " + (accepted ? "accepts" : "refuses") + " what the product "
                    + (outcome.accepted() ? "accepts" : "refuses with " + outcome.reason()) + ": " + e.command());
        }
        return difference(e);
    }

    /** Answers are forgotten a few with each command, so after a jump of time some stay for longer. */
    private boolean remembered(Envelope e, Outcome outcome, ClusterState before, ClusterState now) {
        Answered earlier = answered.get(e.requestId());
        return earlier != null
                && (earlier.time() + REMEMBERED_MS > time(now)
                        || before.digest() == now.digest() && earlier.outcome().equals(outcome));
    }

    private static long time(ClusterState state) {
        return state.cluster().map(Cluster::time).orElse(0L);
    }

    private Optional<String> difference(Envelope e) {
        return difference().map(what -> what + ", after " + e.command());
    }

    private Optional<String> difference() {
        return ++commands % thorough == 0 ? anywhere() : touched();
    }

    private Optional<String> touched() {
        for (long id : after.touched().ops()) {
            Optional<String> wrong = after.op(id).flatMap(this::op);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        for (int id : after.touched().partitions()) {
            Optional<String> wrong = after.partition(id).flatMap(this::partition);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    private Optional<String> anywhere() {
        for (Op op : after.ops()) {
            Optional<String> wrong = op(op);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        ops.values().removeIf(op -> op.ended() && after.op(op.id).isEmpty());
        if (!ops.keySet().equals(new TreeSet<>(after.ops().stream().map(Op::id).toList()))) {
            return Optional.of("the model has ops " + ops.keySet());
        }
        for (Partition p : after.partitions().values()) {
            Optional<String> wrong = partition(p);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return partitions.size() == after.partitions().size()
                ? Optional.empty()
                : Optional.of("the model has partitions " + partitions.keySet());
    }

    private Optional<String> op(Op op) {
        OpModel mine = ops.get(op.id());
        if (mine == null) {
            return Optional.of("the model doesn't know " + op);
        }
        boolean same = mine.at == OpModel.of(op)
                && mine.cancelling == (op.intent() == Intent.CANCEL)
                && mine.pausing == (op.intent() == Intent.PAUSE)
                && mine.failures == op.tries().failures()
                && mine.rollbacks == op.tries().rollbacks()
                && (!mine.move()
                        || mine.ended()
                        || mine.destination == op.move().destination());
        return same ? Optional.empty() : Optional.of("the product has " + op + ", the model " + mine);
    }

    private Optional<String> partition(Partition p) {
        String mine = Objects.toString(partitions.get(p.id()));
        String products = new PartitionModel(p).toString();
        return mine.equals(products)
                ? Optional.empty()
                : Optional.of("the product has " + products + ", the model " + mine);
    }

    /** A rule says no; or all say yes, and the product has refused: then there is nothing to go on with. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final boolean wouldAccept;

        Refused() {
            this(false);
        }

        private Refused(boolean wouldAccept) {
            super(null, null, false, false);
            this.wouldAccept = wouldAccept;
        }
    }

    /** Called when all checks are done: what follows takes ids over from the product. */
    static void accepted(Outcome outcome) {
        if (!outcome.accepted()) {
            throw new Refused(true);
        }
    }

    static void unless(boolean rule) {
        if (!rule) {
            throw new Refused();
        }
    }
}
