package io.kintsugi.sim.bugs;

import static io.kintsugi.mutants.PlantedBug.bug;
import static io.kintsugi.mutants.PlantedBug.edit;

import io.kintsugi.mutants.PlantedBug;
import java.util.List;

/** Bugs of the master: its state, planner and drivers. */
public final class ControlBugs {
    private static final String STATE = "io.kintsugi.master.state.";
    private static final String MODEL = "io.kintsugi.master.model.";
    private static final String PLAN = "io.kintsugi.master.plan.";
    private static final String DRIVER = "io.kintsugi.master.driver.";

    private ControlBugs() {}

    /** Those that what a command does shows by itself. */
    public static List<PlantedBug> inState() {
        return all().stream()
                .filter(bug -> bug.edits().stream()
                        .anyMatch(edit -> edit.type().startsWith(STATE) || edit.type().startsWith(MODEL)))
                .toList();
    }

    /** Those that take planner and drivers to show. */
    public static List<PlantedBug> inDrivers() {
        return all().stream().filter(bug -> !inState().contains(bug)).toList();
    }

    /** All of them. */
    public static List<PlantedBug> all() {
        return List.of(
                // ------------------------------------------------------------ mutex and tokens
                bug(
                        "MUTEX_LEAKED_ON_CANCEL",
                        "mutex",
                        "a move that is taken back by an operator keeps the mutex of its partition",
                        edit(STATE + "AttemptApplier", "tx.put(p.ownedBy(RestoreMutex.STOP, 0));", "tx.put(p);")),
                bug(
                        "MUTEX_LEAKED_ON_FINISH",
                        "mutex",
                        "a move that is done keeps the mutex of its partition",
                        edit(STATE + "MoveApplier", "tx.put(owned(tx, op).ownedBy(RestoreMutex.STOP, 0));", "")),
                bug(
                        "MUTEX_NOT_TAKEN",
                        "mutex",
                        "a move that is admitted anew doesn't take the mutex",
                        edit(
                                STATE + "MoveApplier",
                                "tx.put(Lookup.to(op, OpStatus.PREPARE, \"\", \"\", tx.now())); tx.put(p.ownedBy(RestoreMutex.FORBIDDEN, op.id()));",
                                "tx.put(Lookup.to(op, OpStatus.PREPARE, \"\", \"\", tx.now()));")),
                bug(
                        "MUTEX_NOT_ASKED",
                        "mutex",
                        "a second move of a partition is admitted while the first runs",
                        edit(
                                STATE + "MoveApplier",
                                "p.mutex() == RestoreMutex.STOP, \"MOVE_RUNNING\",",
                                "true, \"MOVE_RUNNING\","),
                        edit(PLAN + "MoveSteps", "if (p.mutex() == RestoreMutex.FORBIDDEN) {", "if (p.id() < 0) {")),
                bug(
                        "REPLACED_DURING_MOVE",
                        "mutex",
                        "a lost replica is replaced while a move owns the partition",
                        edit(STATE + "ReplicationApplier", "p.mutex() == RestoreMutex.STOP,", "true,"),
                        edit(
                                PLAN + "Replacements",
                                "p.mutex() != RestoreMutex.STOP || p.joining() != null",
                                "p.id() < 0")),
                bug(
                        "TOKEN_KEPT_ON_FAILURE",
                        "tokens",
                        "an attempt that failed gives its mutex back and keeps its token",
                        edit(
                                STATE + "AttemptApplier",
                                "return over ? OpStatus.FAILED : OpStatus.MARKED;",
                                "return over ? OpStatus.FAILED : op.status();"),
                        edit(
                                STATE + "AttemptApplier",
                                "Op back = Lookup.to(op, status, reason, message, tx.now())",
                                "Op back = op.to(status, reason, message, tx.now())")),
                bug(
                        "TOKENS_NOT_COUNTED",
                        "tokens",
                        "moves are admitted beyond the limit",
                        edit(STATE + "MoveApplier", "taken < limit,", "true,"),
                        edit(
                                PLAN + "MoveAdmission",
                                "return view.setting(Setting.DECOMMISSION_DP_LIMIT) - view.cluster().movesOfNodeset(nodeset).size();",
                                "return 1000;")),
                bug(
                        "INCOMING_NOT_COUNTED",
                        "tokens",
                        "a disk takes in more copies than its limit",
                        edit(STATE + "MoveApplier", "incoming < limit,", "true,"),
                        edit(
                                PLAN + "Destinations",
                                "load.incoming(disk.id()) >= view.setting(Setting.INCOMING_COPIES_PER_DISK)",
                                "load.incoming(disk.id()) < 0")),
                bug(
                        "DISK_SLOTS_NOT_COUNTED",
                        "tokens",
                        "more disks are drained at once than the limit",
                        edit(STATE + "DecommissionApplier", "admitted < limit,", "true,"),
                        edit(PLAN + "MoveAdmission", "return admitted + pending < limit", "return admitted >= 0")),
                // ------------------------------------------------------------ ops
                bug(
                        "SWAP_BEFORE_IN_SYNC",
                        "ops",
                        "the destination takes the source's place before it is in-sync",
                        edit(
                                STATE + "MoveApplier",
                                "p.isInSync(m.destination()), \"DESTINATION_NOT_IN_SYNC\",",
                                "true, \"\","),
                        edit(
                                PLAN + "MoveSteps",
                                "if (!p.isInSync(destination.replica())) {",
                                "if (!p.isInSync(destination.replica()) && view.reports().replica(destination.replica()).isEmpty()) {")),
                bug(
                        "SWAP_LOWERS_REDUNDANCY",
                        "ops",
                        "a swap doesn't look at how many in-sync it leaves",
                        edit(
                                MODEL + "Redundancy",
                                "return without(p, move.source()).size() >= floor(move, replicas);",
                                "return !without(p, move.source()).isEmpty();")),
                bug(
                        "SWAP_OF_PRIMARY",
                        "ops",
                        "a source that is primary is swapped out without an election",
                        edit(STATE + "MoveApplier", "p.primary() != m.source(),", "true,"),
                        edit(PLAN + "MoveSteps", "if (p.primary() == move.source()) {", "if (p.id() < 0) {")),
                bug(
                        "DROP_LOWERS_REDUNDANCY",
                        "ops",
                        "a cancelled move's destination goes though only it keeps the redundancy",
                        edit(
                                MODEL + "Redundancy",
                                "return left >= floor(move, replicas) || left > 0 && !swapKeeps(p, move, replicas);",
                                "return left > 0;")),
                bug(
                        "RETRY_NOT_COUNTED",
                        "ops",
                        "failed attempts and rollbacks aren't counted: tried for ever",
                        edit(
                                STATE + "AttemptApplier",
                                "Tries tries = op.tries().after(end, c.notBefore());",
                                "Tries tries = op.tries();")),
                bug(
                        "CANCEL_LEAVES_MOVES",
                        "ops",
                        "cancelling a drain doesn't stop its moves",
                        edit(
                                STATE + "VerbApplier",
                                "if (move.move().step() != MoveStep.SWAPPED) { stop(tx, move, Intent.CANCEL); }",
                                "")),
                bug(
                        "CANCEL_NEVER_CLOSES",
                        "ops",
                        "a drain that is being cancelled isn't ended with the last of its moves",
                        edit(STATE + "AttemptApplier", "if (back.ended()) { Closing.after(tx, back); }", ""),
                        edit(STATE + "MoveApplier", "Closing.after(tx, op);", "")),
                bug(
                        "CANCEL_LEAVES_DISK",
                        "ops",
                        "a disk whose drain ended without success stays out of use",
                        edit(
                                STATE + "Closing",
                                "tx.put(status == OpStatus.SUCCESS ? d.drained() : d.undrained());",
                                "tx.put(d.drained());")),
                bug(
                        "NODE_CANCEL_LEAVES_DISKS",
                        "ops",
                        "disks that were drained with a node stay drained when the node's drain is cancelled",
                        edit(
                                STATE + "Closing",
                                "disks.stream().filter(d -> d.drainRoot() == op.id()).forEach(d -> tx.put(d.undrained()));",
                                "")),
                bug(
                        "DRAIN_ENDS_EARLY",
                        "ops",
                        "a drain counts as done while replicas are left on the disk",
                        edit(STATE + "DecommissionApplier", "!c.success() || left == 0,", "true,"),
                        edit(
                                DRIVER + "DecommissionDriver",
                                "view.cluster().partitionsOnDisk(op.disk()).isEmpty()",
                                "view.cluster().partitionsOnDisk(op.disk()).size() <= 1")),
                bug(
                        "ENDED_OP_LIVES_AGAIN",
                        "ops",
                        "an op that has ended is taken up again",
                        edit(STATE + "VerbApplier", "op.ended(), \"NOT_ENDED\",", "true, \"NOT_ENDED\","),
                        edit(
                                STATE + "VerbApplier",
                                "tx.put(op.to(op.status(), op.reason(), op.message(), op.times().ended()) .withAcknowledged());",
                                "tx.put(op.to(OpStatus.MARKED, op.reason(), op.message(), tx.now()).withAcknowledged());")),
                bug(
                        "ASKED_TWICE_DONE_TWICE",
                        "ops",
                        "a request that is sent again is carried out again",
                        edit(
                                STATE + "MasterCore",
                                "if (earlier.isPresent()) { return repeated(earlier.get(), e); }",
                                "")),
                // ------------------------------------------------------------ protocol, as the master plays it
                bug(
                        "EPOCH_NOT_COMPARED",
                        "protocol",
                        "a change of configuration is taken that builds on an older one",
                        edit(STATE + "Lookup", "p.epoch() == epoch,", "p.epoch() >= epoch,"),
                        edit(
                                DRIVER + "InSyncDriver",
                                "if (proposal.getEpoch() != p.epoch() || proposal.getReplica() != p.primary()) {",
                                "if (proposal.getReplica() != p.primary()) {")),
                bug(
                        "ELECTS_ANYBODY",
                        "protocol",
                        "a member that isn't in-sync is elected",
                        edit(STATE + "ReplicationApplier", "p.isInSync(replica), \"NOT_IN_SYNC\",", "true, \"\","),
                        edit(
                                PLAN + "Elections",
                                "m.replica() != excluded && p.isInSync(m.replica()) && view.able(m)",
                                "m.replica() != excluded && view.able(m)"),
                        edit(
                                PLAN + "Elections",
                                "return new Command.Elect(p.id(), p.epoch(), primary.replica(), inSync);",
                                "List<Long> all = new java.util.ArrayList<>(new java.util.TreeSet<>(inSync)); if (!all.contains(primary.replica())) { all.add(primary.replica()); java.util.Collections.sort(all); } return new Command.Elect(p.id(), p.epoch(), primary.replica(), all);")),
                bug(
                        "RESTARTED_PRIMARY_TRUSTED",
                        "protocol",
                        "a primary that was restarted is taken for working: nobody serves",
                        edit(
                                PLAN + "Elections",
                                "filter(f -> f.role() == ReplicaFacts.Role.NONE && f.epoch() == p.epoch())",
                                "filter(f -> f.epoch() < 0)")),
                bug(
                        "REPLICA_ID_REUSED",
                        "protocol",
                        "a destination gets an id that was given out before",
                        edit(
                                STATE + "MoveApplier",
                                "new Member(tx.next(Counter.REPLICA), disk.node(), disk.id(), 0)",
                                "new Member(tx.state().counter(Counter.REPLICA), disk.node(), disk.id(), 0)")),
                bug(
                        "SOURCE_DELETED_EARLY",
                        "protocol",
                        "a replica that is leaving is deleted before the swap",
                        edit(
                                DRIVER + "ConfigurationDriver",
                                "view.reports().strays(id).forEach(stray -> stray(view, p, stray));",
                                "view.reports().strays(id).forEach(stray -> stray(view, p, stray)); p.filter(x -> x.leaving() != 0 && x.primary() != x.leaving()).flatMap(x -> view.reports().replica(x.leaving())).ifPresent(f -> stray(view, p, f));")),
                // ------------------------------------------------------------ drivers
                bug(
                        "JUDGES_AT_ONCE",
                        "drivers",
                        "a new leader takes nodes that it hasn't heard of yet for dead",
                        edit(
                                DRIVER + "LivenessDriver",
                                "return complete * 2 > view.cluster().nodes().size() || loop.nowNanos() - began >= JUDGE_BOUND.toNanos();",
                                "return true;"),
                        edit(
                                DRIVER + "LivenessDriver",
                                "patience = Math.max(FIND_LEADER.toNanos(), deadTimeout);",
                                "patience = 0;")),
                bug(
                        "REFUSED_NOT_TRIED_AGAIN",
                        "drivers",
                        "what was refused or got no outcome isn't looked at again",
                        edit(DRIVER + "Reign", "timers.add(clock.nanos() + RETRY.toNanos(), subject);", "")),
                bug(
                        "UNKNOWN_OUTCOME_BLOCKS",
                        "drivers",
                        "a proposal whose outcome stays unknown blocks its subject for ever",
                        edit(
                                DRIVER + "ProposalBook",
                                "outstanding.remove(subject); boolean accepted",
                                "if (outcome == null) { return; } outstanding.remove(subject); boolean accepted")),
                bug(
                        "TASK_SENT_ONCE",
                        "drivers",
                        "a task that was lost on the way is never sent again",
                        edit(
                                DRIVER + "ConfigurationDriver",
                                "last.epoch() < epoch || last.again() - view.nowNanos() <= 0;",
                                "last.epoch() < epoch;"),
                        edit(
                                DRIVER + "ConfigurationDriver",
                                ".forEach(m -> sent.remove(m.replica()))",
                                ".forEach(m -> {})")),
                bug(
                        "SILENCE_UNNOTICED",
                        "drivers",
                        "a node whose stream is open and silent is never taken for dead",
                        edit(
                                DRIVER + "LivenessDriver",
                                "patience = Math.max(SILENCE.toNanos(), deadTimeout);",
                                "patience = Long.MAX_VALUE / 4;")),
                bug(
                        "WAITS_WITHOUT_TIMER",
                        "drivers",
                        "a move that waits for time to pass isn't looked at when it has",
                        edit(
                                DRIVER + "MoveDriver",
                                "if (wait.recheckNanos() != 0) { proposals.wakeAt(wait.recheckNanos(), Subject.op(op.id())); }",
                                ""),
                        edit(
                                DRIVER + "DecommissionDriver",
                                "} else if (scan.waiting().isPresent()) { proposals.wakeAt(view.nowNanos() + LOOK_AGAIN.toNanos(), subject); }",
                                "}"),
                        edit(
                                DRIVER + "DecommissionDriver",
                                "proposals.wakeAt(view.nowNanos() + LOOK_AGAIN.toNanos(), Subject.op(op.id())); } else if",
                                "} else if")),
                bug(
                        "STALLED_FOR_EVER",
                        "drivers",
                        "a copy that comes no further keeps its token",
                        edit(
                                PLAN + "MoveSteps",
                                "if (stalled >= patience) { return end(",
                                "if (stalled < 0) { return end(")));
    }
}
