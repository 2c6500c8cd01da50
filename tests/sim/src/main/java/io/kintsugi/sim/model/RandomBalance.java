package io.kintsugi.sim.model;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.state.ClusterState;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Evening out, between the other commands of one search in three: by a random of its own, so that the other two stay as they are. */
final class RandomBalance {
    private static final int OF_SEARCHES = 3;
    private static final int OF_COMMANDS = 8;

    private final Random random;
    private final boolean takesPart;

    RandomBalance(long seed) {
        this.random = new Random(~seed);
        this.takesPart = Math.floorMod(seed, OF_SEARCHES) == 2;
    }

    /** Empty when another command's turn has come. */
    Optional<Envelope> next(ClusterState s) {
        return takesPart && s.cluster().isPresent() && random.nextInt(OF_COMMANDS) == 0
                ? Optional.of(new Envelope("", 0, s.cluster().get().time() + 1, "balance", command(s)))
                : Optional.empty();
    }

    private Command command(ClusterState s) {
        Op pass = s.openOps().stream()
                .filter(op -> op.kind() == OpKind.BALANCE)
                .findFirst()
                .orElse(null);
        return switch (random.nextInt(8)) {
            case 0 -> new Command.StartBalance();
            case 1 ->
                pass == null
                        ? new Command.FinishBalance(1 + random.nextInt(5), 1, true, "", "")
                        : new Command.FinishBalance(
                                pass.id(), pass.revision() - random.nextInt(2), random.nextBoolean(), "", "");
            case 2 -> pass == null ? new Command.StartBalance() : verb(pass);
            default -> move(s);
        };
    }

    private Command verb(Op pass) {
        return random.nextBoolean() ? new Command.CancelOp(pass.id()) : new Command.PauseOp(pass.id(), false);
    }

    private Command move(ClusterState s) {
        List<Partition> all = List.copyOf(s.partitions().values());
        if (all.isEmpty() || s.disks().isEmpty()) {
            return new Command.StartBalance();
        }
        Partition p = all.get(random.nextInt(all.size()));
        Member m = p.all().get(random.nextInt(p.all().size()));
        int disk = List.copyOf(s.disks()).get(random.nextInt(s.disks().size())).id();
        return new Command.MoveReplica(
                p.id(), m.replica(), 0, random.nextInt(10) == 0 ? 0 : disk, Op.BALANCE_WEIGHT, true);
    }
}
