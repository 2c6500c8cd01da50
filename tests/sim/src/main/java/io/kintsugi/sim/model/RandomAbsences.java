package io.kintsugi.sim.model;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.state.ClusterState;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Members are taken out of service and let in again, automatic failover is switched off and on. */
final class RandomAbsences {
    private final Random random;

    RandomAbsences(Random random) {
        this.random = random;
    }

    Command next(ClusterState s) {
        Partition p = RandomCommands.one(random, s.partitions().values(), null);
        if (random.nextInt(4) == 0) {
            return rescue(s, p);
        }
        if (p == null || random.nextInt(4) == 0) {
            return new Command.SetSettings(Map.of("AutoFailover", Boolean.toString(random.nextBoolean())));
        }
        List<Long> all = p.all().stream().map(Member::replica).toList();
        List<Long> out = all.stream().filter(r -> !p.isInSync(r)).toList();
        long heir = RandomCommands.one(random, p.inSync(), 0L);
        return switch (random.nextInt(5)) {
            case 0, 1 ->
                new Command.HoldReplica(
                        p.id(), p.epoch() - random.nextInt(8) / 7, RandomCommands.one(random, all, 0L), heir);
            case 2 -> new Command.ReleaseReplica(p.id(), RandomCommands.one(random, all, 0L));
            default -> new Command.ReleaseReplica(p.id(), RandomCommands.one(random, out, 0L));
        };
    }

    /** A recovery of all data is begun, joined, chosen for, and ended. */
    private Command rescue(ClusterState s, Partition p) {
        Op open = s.openRescue().orElse(null);
        if (open == null || random.nextInt(6) == 0) {
            return new Command.RecoverData(
                    random.nextInt(12) == 0 ? -1 : random.nextInt(2) * 60_000L,
                    p == null ? List.of() : List.of(p.id(), 1 + random.nextInt(6)));
        }
        long revision = open.revision() - random.nextInt(10) / 9;
        List<Integer> choices = open.rescue().choices();
        int chosen = choices.isEmpty() || random.nextInt(6) == 0 ? 1 : RandomCommands.one(random, choices, 1);
        return switch (random.nextInt(6)) {
            case 0 -> new Command.FinishRecoverData(open.id(), revision);
            case 1 -> new Command.CancelOp(open.id());
            default ->
                new Command.FenceForData(
                        open.id(),
                        revision,
                        chosen,
                        s.partition(chosen).map(Partition::epoch).orElse(1L) - random.nextInt(8) / 7);
        };
    }
}
