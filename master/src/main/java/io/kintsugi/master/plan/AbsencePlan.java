package io.kintsugi.master.plan;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.repair.HigherEpoch;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What taking a member out of service, or bringing it back, by an operator's word is now.
 *
 * @param action what is done, in a word: held, handed-over, elected, released, replaced; nothing where it is so already, refused where it can't be
 * @param commands that do it, in their order
 * @param refusal why it can't be, or null
 */
public record AbsencePlan(String action, List<Command> commands, Reason refusal) {
    public static final String REFUSED = "refused";
    private static final AbsencePlan NOTHING = new AbsencePlan("nothing", List.of(), null);

    private static AbsencePlan refused(String code, String message) {
        return new AbsencePlan(REFUSED, List.of(), Reason.of(code, message));
    }

    /** @param force though it works and is in-sync */
    public static AbsencePlan out(View view, Partition p, Member m, boolean force) {
        String where = "the replica of " + view.partitionName(p) + " on " + view.diskName(m.disk());
        if (HigherEpoch.holds(view, p)) {
            return untouchable();
        }
        if (p.isHeld(m.replica())) {
            return NOTHING;
        }
        boolean in = p.isInSync(m.replica());
        if (in && !force && !view.failed(m)) {
            return refused(
                    "MEMBER_HEALTHY",
                    where
                            + " is in-sync and hasn't failed: without it redundancy is lower; --force takes it out all the same");
        }
        if (in && p.inSync().size() == 1) {
            return refused(
                    "LAST_IN_SYNC",
                    where
                            + " is the only one in-sync: nobody could take over; start its datanode, or partition recover "
                            + view.partitionName(p) + " goes on with what is left");
        }
        if (in
                && p.primary() != m.replica()
                && Elections.candidate(view, p, m.replica()).isEmpty()) {
            return refused(
                    "NO_OTHER_COPY",
                    where
                            + " may be all that is left: no other in-sync replica works now; bring the others back first");
        }
        if (p.primary() != m.replica()) {
            return new AbsencePlan("held", List.of(hold(p, m, 0)), null);
        }
        return Elections.candidate(view, p, m.replica())
                .map(heir -> new AbsencePlan("handed-over", List.of(hold(p, m, heir.replica())), null))
                .orElseGet(() -> refused(
                        "NO_OTHER_PRIMARY",
                        where + " is the primary, and no other in-sync replica works now: start their datanodes"));
    }

    private static Command hold(Partition p, Member m, long heir) {
        return new Command.HoldReplica(p.id(), p.epoch(), m.replica(), heir);
    }

    /**
     * Whatever the member lacks to be in service: it is let in, or replaced where it is lost, and a partition that has no primary gets one that
     * is in-sync.
     */
    public static AbsencePlan back(View view, Partition p, Member m) {
        Optional<AbsencePlan> no = away(view, p, m);
        if (no.isPresent()) {
            return no.get();
        }
        List<Command> commands = new ArrayList<>();
        if (Elections.primaryFailed(view, p)) {
            Optional<Command.Elect> elect = Elections.byHand(view, p);
            if (elect.isEmpty()) {
                Reason offline = Elections.offline(view, p);
                return refused(offline.code(), offline.message());
            }
            commands.add(elect.get());
        }
        if (p.isInSync(m.replica())) {
            return commands.isEmpty() ? NOTHING : new AbsencePlan("elected", commands, null);
        }
        boolean lost =
                view.reports().replica(m.replica()).filter(ReplicaFacts::broken).isPresent();
        if (lost && !commands.isEmpty()) {
            return new AbsencePlan("elected", commands, null); // it is replaced once there is a primary to copy from
        }
        commands.add(
                lost
                        ? new Command.RepairReplica(p.id(), p.epoch(), m.replica(), m.node(), 0, "")
                        : new Command.ReleaseReplica(p.id(), m.replica()));
        return new AbsencePlan(lost ? "replaced" : "released", commands, null);
    }

    /** The mark alone: it may come in-sync again. */
    public static AbsencePlan in(View view, Partition p, Member m) {
        return away(view, p, m)
                .orElseGet(() -> p.isInSync(m.replica())
                        ? NOTHING
                        : new AbsencePlan("released", List.of(new Command.ReleaseReplica(p.id(), m.replica())), null));
    }

    private static Optional<AbsencePlan> away(View view, Partition p, Member m) {
        if (HigherEpoch.holds(view, p)) {
            return Optional.of(untouchable());
        }
        if (!view.reports().alive(m.node())) {
            return Optional.of(
                    refused("NODE_NOT_ALIVE", "datanode " + view.nodeName(m.node()) + " isn't alive: start it first"));
        }
        if (!view.diskWorks(m.disk())) {
            return Optional.of(refused(
                    "DISK_BROKEN",
                    "disk " + view.diskName(m.disk()) + " is broken: disk recover, or disk decommission"));
        }
        return Optional.empty();
    }

    private static AbsencePlan untouchable() {
        return refused(HigherEpoch.CODE, "a replica has stored an epoch above the masters': nothing is touched");
    }
}
