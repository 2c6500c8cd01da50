package io.kintsugi.sim.model;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.state.ClusterState;
import java.util.List;
import java.util.Objects;

/** What one command may do to ops and partitions, whatever it is: laws 1, 2 and 6 of DESIGN section 9 for what it touched. */
public final class StepLaws {
    private StepLaws() {}

    /** Which law a command broke, and how: {@code law} is a number of DESIGN section 9. */
    public record Broken(String law, String what) {}

    /** @return null when the command has broken none */
    public static Broken broken(Command command, ClusterState before, ClusterState after) {
        for (long id : after.touched().ops()) {
            String wrong = transition(before.op(id).orElse(null), after.op(id).orElse(null));
            if (wrong != null) {
                return new Broken("6", wrong + ", by " + command);
            }
            String left = failover(
                    before, before.op(id).orElse(null), after, after.op(id).orElse(null));
            if (left != null) {
                return new Broken("9", left + ", by " + command);
            }
            if (before.op(id).isEmpty()
                    && after.op(id).filter(op -> strains(before, op)).isPresent()) {
                return new Broken("2", "evened out against a drain or a repair: " + after.op(id) + ", by " + command);
            }
        }
        for (int id : after.touched().partitions()) {
            Partition old = before.partition(id).orElse(null);
            Partition now = after.partition(id).orElse(null);
            if (old != null && now != null && now.epoch() < old.epoch()) {
                return new Broken("1", "an epoch went back, from " + old + " to " + now + ", by " + command);
            }
            if (old != null && now != null && unproved(command, old, now)) {
                return new Broken(
                        "1", "what came from a broken disk stays, from " + old + " to " + now + ", by " + command);
            }
            String held = old == null || now == null ? null : held(old, now);
            if (held != null) {
                return new Broken("2", held + " from " + old + " to " + now + ", by " + command);
            }
            if (old != null && now != null && lowered(command, before, old, now)) {
                return new Broken("2", "from " + old + " to " + now + ", by " + command);
            }
        }
        return null;
    }

    /**
     * What came from a broken disk may hold what no primary but its own would commit: it is alone in-sync, or no member any more (decision 0008).
     * And nothing is copied from a broken disk that isn't in-sync, or while somebody is primary.
     */
    private static boolean unproved(Command command, Partition old, Partition now) {
        if (now.salvaged()) {
            return !now.isInSync(now.leaving());
        }
        boolean stays = old.salvaged() && now.member(old.joining().replica()).isPresent();
        return stays
                && !(command instanceof Command.SwapSalvaged
                        && now.inSync().equals(List.of(old.joining().replica()))
                        && old.isInSync(old.leaving())
                        && now.member(old.leaving()).isEmpty());
    }

    /** A move by which the master evens out: nobody else was at work on the partition, all were in-sync, and neither disk was being emptied. */
    private static boolean strains(ClusterState before, Op op) {
        if (op.kind() != OpKind.MOVE || !op.automatic()) {
            return false;
        }
        Partition p = before.partition(op.move().partition()).orElseThrow();
        return p.mutexOp() != 0
                || p.inSync().size() < Math.max(p.target(), p.members().size())
                || !before.openMoves(p.id()).isEmpty()
                || !before.disk(op.move().sourceDisk()).orElseThrow().placeable()
                || !before.disk(op.move().toDisk()).orElseThrow().placeable();
    }

    /** Who is held doesn't come in-sync, but by being all that is left; and nobody is held who is in-sync. */
    private static String held(Partition old, Partition now) {
        boolean alone = now.members().size() == 1;
        for (long replica : now.inSync()) {
            if (now.isHeld(replica) || old.isHeld(replica) && !alone) {
                return "replica " + replica + " is held and in-sync:";
            }
        }
        return null;
    }

    /** Every change of a status is in the table; how an op ended is final, but for being taken note of. */
    private static String transition(Op old, Op now) {
        if (old == null || old.equals(now)) {
            return null;
        }
        if (now == null) {
            return old.ended() ? null : "forgotten before it has ended: " + old;
        }
        boolean fits = now.status() == old.status()
                ? !old.ended() || asEnded(now).equals(asEnded(old))
                : old.status().next().contains(now.status());
        return fits && now.revision() > old.revision() ? null : "from " + old + " to " + now;
    }

    /** Automatic failover is off while data is recovered, and in the moment that it ends what it was when it began. */
    private static String failover(ClusterState before, Op old, ClusterState after, Op now) {
        if (now == null || now.rescue() == null || old != null && old.ended()) {
            return null;
        }
        boolean on = after.settings().on(Setting.AUTO_FAILOVER);
        if (old == null && now.rescue().autoFailover() != before.settings().on(Setting.AUTO_FAILOVER)) {
            return "automatic failover was another than " + now + " says";
        }
        boolean right = now.ended() ? now.rescue().autoFailover() : false;
        return on == right ? null : "automatic failover is " + on + ", with " + now;
    }

    private static List<Object> asEnded(Op op) {
        return List.of(op.status(), op.reason(), op.message(), op.times(), op.tries(), op.progress(), op.parent());
    }

    /**
     * What the master does by itself, and what operators make it do, takes an in-sync replica out only where as many are left as the move
     * found, or where going on would leave no more; never the last one, and none below the target but by an operator's word that lowers it.
     * What datanodes or the dead call for is another matter: then it takes out what they name, and never all. A recovery by force goes on with
     * one, and only while nobody is primary.
     */
    private static boolean lowered(Command command, ClusterState before, Partition old, Partition now) {
        int left = now.inSync().size();
        if (left >= old.inSync().size()) {
            return false;
        }
        if (command instanceof Command.RemoveReplica) {
            return left < now.target() || now.target() < old.target() - 1;
        }
        if (command instanceof Command.ChangeInSync
                || command instanceof Command.Elect
                || command instanceof Command.HoldReplica) {
            return left == 0;
        }
        Op move = before.op(old.mutexOp()).orElse(null);
        if (command instanceof Command.SwapSalvaged) {
            return left != 1 || old.primary() != 0;
        }
        if (command instanceof Command.ChooseSurvivor) {
            return left != 1 || old.primary() != 0 || move == null || move.kind() != OpKind.RECOVERY;
        }
        if (move == null || move.move() == null) {
            return !Objects.equals(old.members(), now.members()) || left == 0;
        }
        if (move.isRepair() && !old.isInSync(move.move().source()) && command instanceof Command.SwapMove) {
            return true; // a lost replica takes nothing along
        }
        int floor = Math.min(old.target(), move.move().notedInSync());
        return left < Math.max(1, Math.min(floor, old.inSync().size() - 1));
    }
}
