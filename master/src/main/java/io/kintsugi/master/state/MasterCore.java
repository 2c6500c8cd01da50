package io.kintsugi.master.state;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.CommandCodec;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The state machine: takes entries in order, keeps the state, gives each to the applier of its aspect. */
public final class MasterCore implements Core {
    /** A stamp this far ahead of the last applied time is taken for a broken clock, unless the Raft term is a new one. */
    static final long MAX_TIME_STEP_MILLIS = 3_600_000;

    /** The reason of a refusal: the leader's clock went too far ahead. The leader then gives up its term. */
    public static final String TIME_STEP = "TIME_STEP";

    static final int MAX_REQUEST_ID = 128;

    private State state = State.EMPTY;
    private DigestLog digests = new DigestLog();

    @Override
    public ClusterState empty() {
        state = State.EMPTY;
        digests = new DigestLog();
        return state;
    }

    @Override
    public void load(int table, byte[] key, byte[] value) {
        state = loaded(state, Schema.byNumber(table), key, value);
    }

    static <K extends Comparable<? super K>, V> State loaded(
            State into, RowTable<K, V> table, byte[] key, byte[] value) {
        long digest = into.digest() + RowHash.of(table.number(), key, value);
        return into.with(table, table.keys().decode().apply(key), table.decode(value))
                .withDigest(digest);
    }

    @Override
    public ClusterState loaded() {
        return state;
    }

    @Override
    public Optional<DigestAt> recordedDigest() {
        return digests.newest();
    }

    @Override
    public Optional<String> diverged() {
        return digests.diverged();
    }

    @Override
    public Applied apply(LogPosition at, List<Envelope> commands) {
        Transaction tx = new Transaction(state, at);
        List<Outcome> outcomes = new ArrayList<>(commands.size());
        for (Envelope envelope : commands) {
            outcomes.add(
                    envelope.command() instanceof Command.VerifyDigest c ? digests.verify(c) : applyOne(tx, envelope));
        }
        Applied applied = tx.commit(List.copyOf(outcomes));
        state = (State) applied.state();
        digests.record(at.index(), state.digest());
        return applied;
    }

    /** A refusal undoes whatever the command had begun; what is kept of it is the answer to its request id, if it has one. */
    private Outcome applyOne(Transaction tx, Envelope e) {
        State before = tx.state();
        Optional<Request> earlier = before.request(e.requestId());
        try {
            checkTerm(tx, e);
            if (earlier.isPresent()) {
                return repeated(earlier.get(), e);
            }
            checkAcceptable(tx, e);
        } catch (Refusal refusal) {
            return refusal.outcome();
        }
        Outcome outcome;
        try {
            long last = before.cluster().map(Cluster::time).orElse(0L);
            tx.begin(Math.max(last, e.stampMillis()), e.requestedBy());
            outcome = Outcome.accepted(dispatch(tx, e.command()));
        } catch (Refusal refusal) {
            tx.rollback(before);
            outcome = refusal.outcome();
        }
        if (outcome.accepted() || !e.requestId().isEmpty()) {
            keepBooks(tx, e, outcome);
        }
        return outcome;
    }

    /** What a driver decided in another term rests on what that term's leader had heard. */
    private static void checkTerm(Transaction tx, Envelope e) {
        Refusal.unless(
                e.term() == 0 || e.term() == tx.at().term(),
                "STALE_TERM",
                "decided in term %d, committed in term %d: the leader of the present term decides anew",
                e.term(),
                tx.at().term());
    }

    private static Outcome repeated(Request earlier, Envelope e) {
        Refusal.unless(
                earlier.command() == CommandCodec.number(e.command()),
                "REQUEST_ID_REUSED",
                "request id '%s' was used for another kind of request: each request needs one of its own",
                e.requestId());
        return earlier.outcome();
    }

    private static void checkAcceptable(Transaction tx, Envelope e) {
        Optional<Cluster> cluster = tx.state().cluster();
        Refusal.unless(
                cluster.isPresent() || e.command() instanceof Command.InitCluster,
                "NOT_INITIALIZED",
                "this group is no cluster yet: create it with `meta init`");
        Refusal.unless(
                e.requestId().length() <= MAX_REQUEST_ID,
                "BAD_REQUEST_ID",
                "a request id of %d characters: at most %d",
                e.requestId().length(),
                MAX_REQUEST_ID);
        long last = cluster.map(Cluster::time).orElse(e.stampMillis());
        boolean newTerm = tx.at().term() > tx.state().counter(Counter.TIME_TERM);
        Refusal.unless(
                newTerm || e.stampMillis() - last <= MAX_TIME_STEP_MILLIS,
                TIME_STEP,
                "the leader's clock is %d ms ahead of the cluster's last time, the bound within a term is %d: it hands leadership"
                        + " over, so that another looks at its own clock; check the clocks if this comes again",
                e.stampMillis() - last,
                MAX_TIME_STEP_MILLIS);
    }

    /** Time, expiry, and the answer to a retry. Only after a command that counted: one that was refused changes nothing. */
    private static void keepBooks(Transaction tx, Envelope e, Outcome outcome) {
        Optional<Cluster> cluster = tx.state().cluster();
        if (cluster.isEmpty()) {
            return;
        }
        tx.put(Schema.CLUSTER, Schema.CLUSTER_KEY, cluster.get().at(tx.now()));
        tx.put(Schema.COUNTERS, Counter.TIME_TERM.wire(), tx.at().term());
        Retention.expire(tx, e.command() instanceof Command.Tick ? Retention.TICK_STEP : Retention.STEP);
        if (!e.requestId().isEmpty()) {
            long seq = tx.next(Counter.REQUEST);
            int command = CommandCodec.number(e.command());
            tx.put(Schema.REQUESTS, seq, new Request(seq, e.requestId(), command, tx.now(), outcome));
        }
    }

    /** Returns the outcome's value. */
    private static long dispatch(Transaction tx, Command command) {
        return switch (command) {
            case Command.InitCluster c -> ClusterApplier.init(tx, c);
            case Command.RegisterNode c -> NodeApplier.register(tx, c);
            case Command.SetDiskStatus c -> TroubleApplier.setStatus(tx, c);
            case Command.CreateTable c -> TableApplier.create(tx, c);
            case Command.SetTable c -> TableApplier.set(tx, c);
            case Command.DropTable c -> TableApplier.drop(tx, c);
            case Command.SetDiscard c -> TableApplier.discard(tx, c);
            case Command.PurgeTable c -> TableApplier.purge(tx, c);
            case Command.ChangeInSync c -> ReplicationApplier.changeInSync(tx, c);
            case Command.Elect c -> ReplicationApplier.elect(tx, c);
            case Command.RepairReplica c -> RepairApplier.request(tx, c);
            case Command.AddReplica c -> MembersApplier.add(tx, c);
            case Command.RemoveReplica c -> MembersApplier.remove(tx, c);
            case Command.ResetTarget c -> MembersApplier.resetTarget(tx, c);
            case Command.DecommissionDisk c -> DecommissionApplier.decommission(tx, c);
            case Command.RecoverDisk c -> TroubleApplier.recover(tx, c);
            case Command.FailRecovery c -> TroubleApplier.failed(tx, c);
            case Command.ResumeAutoDecommission c -> TroubleApplier.resume(tx, c);
            case Command.RecommissionDisk c -> DecommissionApplier.recommission(tx, c);
            case Command.AdmitDisk c -> DecommissionApplier.admit(tx, c);
            case Command.AdmitMove c -> MoveApplier.admit(tx, c);
            case Command.StartMove c -> MoveApplier.start(tx, c);
            case Command.StartSalvage c -> SalvageApplier.start(tx, c);
            case Command.SwapSalvaged c -> SalvageApplier.swap(tx, c);
            case Command.SwapMove c -> MoveApplier.swap(tx, c);
            case Command.FinishMove c -> MoveApplier.finish(tx, c);
            case Command.EndAttempt c -> AttemptApplier.end(tx, c);
            case Command.ReadmitMove c -> MoveApplier.readmit(tx, c);
            case Command.MoveReplica c -> MoveApplier.request(tx, c);
            case Command.DecommissionNode c -> NodeDrainApplier.decommission(tx, c);
            case Command.RecommissionNode c -> NodeDrainApplier.recommission(tx, c);
            case Command.RemoveDisk c -> RemovalApplier.removeDisk(tx, c);
            case Command.RemoveNode c -> RemovalApplier.removeNode(tx, c);
            case Command.CancelOp c -> VerbApplier.cancel(tx, c);
            case Command.PauseOp c -> VerbApplier.pause(tx, c);
            case Command.ResumeOp c -> VerbApplier.resume(tx, c);
            case Command.AcknowledgeOp c -> VerbApplier.acknowledge(tx, c);
            case Command.DeleteOps c -> VerbApplier.delete(tx, c);
            case Command.FencePartition c -> RecoveryApplier.fence(tx, c);
            case Command.ChooseSurvivor c -> RecoveryApplier.choose(tx, c);
            case Command.FinishRecovery c -> RecoveryApplier.finish(tx, c);
            case Command.RecoverData c -> RescueApplier.begin(tx, c);
            case Command.FenceForData c -> RescueApplier.fence(tx, c);
            case Command.FinishRecoverData c -> RescueApplier.finish(tx, c);
            case Command.HoldReplica c -> AbsenceApplier.hold(tx, c);
            case Command.ReleaseReplica c -> AbsenceApplier.release(tx, c);
            case Command.StartBalance c -> BalanceApplier.start(tx);
            case Command.FinishBalance c -> BalanceApplier.finish(tx, c);
            case Command.NoteOp c -> DecommissionApplier.note(tx, c);
            case Command.FinishDecommission c -> DecommissionApplier.finish(tx, c);
            case Command.SetSettings c -> SettingsApplier.set(tx, c);
            case Command.VerifyDigest c -> throw new IllegalStateException("handled before, outside the state");
            case Command.EngageBrake c -> BrakeApplier.engage(tx, c);
            case Command.ReleaseBrake c -> BrakeApplier.release(tx);
            case Command.NoteNodeDead c -> BrakeApplier.noteDead(tx, c);
            case Command.Tick c -> 0;
        };
    }
}
