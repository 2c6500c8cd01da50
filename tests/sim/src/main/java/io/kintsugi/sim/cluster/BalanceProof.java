package io.kintsugi.sim.cluster;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.balance.BalanceGate;
import io.kintsugi.master.plan.balance.BalanceState;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * When nothing goes wrong any more: replicas are piled up on one disk, balance is asked for, and comes to rest. It is even then by the naive count
 * ({@link Evenness}), within its tolerance and the rules of placement, and it is left so.
 */
final class BalanceProof {
    /** Beyond the usual bound: what was moved, or couldn't be, is left alone for ten minutes, whatever the pace. */
    private static final Duration LEFT_ALONE = Duration.ofMinutes(11);
    /** The longest that a leader doesn't look, whatever the pace. */
    private static final Duration NO_LOOK = Duration.ofSeconds(75);

    private static final Set<String> RESTS = Set.of(BalanceState.EVEN, BalanceState.OFF);

    private final Cluster cluster;
    private final Operators operators;
    private final SplittableRandom random;
    /** The op that was asked for; 0: it is on. */
    private long pass;

    BalanceProof(Cluster cluster, Operators operators) {
        this.cluster = cluster;
        this.operators = operators;
        this.random = cluster.world.random("balance");
    }

    /** A pass is only seen to even out where nothing else would do so. */
    void begin() {
        boolean on = random.nextBoolean();
        operators.ask(Balances.set(false));
        pile();
        cluster.must("what was piled up is there", cluster.plan.bound(), () -> cluster.state()
                .openOps()
                .isEmpty());
        operators.ask(on ? Balances.set(true) : new Command.StartBalance());
        pass = on
                ? 0
                : cluster.state().ops().stream()
                        .filter(op -> op.kind() == OpKind.BALANCE)
                        .mapToLong(Op::id)
                        .max()
                        .orElseThrow();
    }

    private void pile() {
        int disk = cluster.state().disks().stream()
                .filter(d -> d.placeable())
                .mapToInt(d -> d.id())
                .findFirst()
                .orElse(1);
        for (Partition p : List.copyOf(cluster.state().partitions().values())) {
            Member m = p.members().get(random.nextInt(p.members().size()));
            operators.ask(new Command.MoveReplica(p.id(), m.replica(), 0, disk, 2));
        }
    }

    /** To be called again after whatever else moves replicas. */
    void rests() {
        cluster.must("balance comes to rest", cluster.plan.bound().plus(LEFT_ALONE), this::resting);
        cluster.state().op(pass).ifPresent(this::ended);
    }

    private boolean resting() {
        return cluster.healthy()
                && cluster.state().openOps().isEmpty()
                && cluster.view()
                        .filter(v -> v.reports().judging()
                                && RESTS.contains(BalanceState.of(v).state()))
                        .isPresent();
    }

    private void ended(Op pass) {
        boolean gone = cluster.state().tables().stream().anyMatch(t -> t.droppedAt() != 0);
        if (pass.status() == OpStatus.FAILED && !gone) {
            throw cluster.world.broken("balance", "everything is whole, and a pass leaves partitions alone: " + pass);
        }
    }

    /** One pass moves no replica twice. */
    private Set<Long> moved() {
        return cluster.state().ops().stream()
                .filter(op -> BalanceGate.isBalance(op) && op.status() == OpStatus.SUCCESS)
                .map(op -> op.move().destination())
                .collect(Collectors.toSet());
    }

    /** While nobody writes. */
    void leavesItSo() {
        rests();
        View view = cluster.view().orElseThrow();
        new Evenness(view).left(pass == 0 ? Set.of() : moved()).ifPresent(left -> {
            throw cluster.world.broken("balance", "it isn't even: " + left + "; " + cluster.picture());
        });
        List<Partition> before = List.copyOf(cluster.state().partitions().values());
        cluster.world.run(NO_LOOK.plusNanos(cluster.plan.paced(5_000)));
        for (Partition p : before) {
            Partition now = cluster.state().partition(p.id()).orElse(p);
            if (!now.members().equals(p.members())) {
                throw cluster.world.broken("balance", "it was even, and goes on: " + p + ", now " + now);
            }
        }
    }
}
