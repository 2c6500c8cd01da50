package io.kintsugi.sim.model;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
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
}
