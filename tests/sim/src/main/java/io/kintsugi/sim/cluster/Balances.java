package io.kintsugi.sim.cluster;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.state.ClusterState;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * In one run of five operators have primaries and replicas evened out: by itself from now on, no more, or once; and a pass is taken back. The
 * other runs stay as they are without it.
 */
final class Balances {
    private static final int OF_RUNS = 5;

    private final Cluster cluster;

    Balances(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Whether this is such a run. */
    boolean some() {
        return cluster.world.seed() % OF_RUNS == 0;
    }

    /** Whether it is on from the beginning, and once more when nothing goes wrong any more. */
    boolean fromTheBeginning() {
        return some() && cluster.world.seed() / OF_RUNS % 3 != 0;
    }

    Command command(SplittableRandom random, ClusterState s) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> new Command.StartBalance();
            case 2, 3, 4 -> set(true);
            case 5 -> set(false);
            case 6 ->
                new Command.SetSettings(Map.of(Setting.BALANCE_LIMIT.key(), Integer.toString(1 + random.nextInt(5))));
            default -> cancel(s);
        };
    }

    static Command set(boolean on) {
        return new Command.SetSettings(Map.of(Setting.AUTO_BALANCE.key(), Boolean.toString(on)));
    }

    private static Command cancel(ClusterState s) {
        List<Op> passes =
                s.openOps().stream().filter(op -> op.kind() == OpKind.BALANCE).toList();
        return passes.isEmpty()
                ? new Command.StartBalance()
                : new Command.CancelOp(passes.getFirst().id());
    }
}
