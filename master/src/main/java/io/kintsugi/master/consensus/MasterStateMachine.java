package io.kintsugi.master.consensus;

import io.kintsugi.master.state.LogPosition;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What Ratis calls. Fail-stop: after whatever goes wrong nothing more is applied, stored or freed in this life, and the member's owner is
 * told to close it. Nothing is thrown at Ratis: its updater sets out to stop when it catches something, and misses it when it is being
 * stopped just then; it spins for ever, and whoever closes the member waits for it. Nor is it told by a <em>failed future</em>, which
 * Ratis only logs: only {@code stopped} keeps a later batch from covering up for the lost one.
 */
final class MasterStateMachine extends BaseStateMachine {
    /** What the state machine tells. Called by Ratis's threads: return soon. */
    interface Events {
        void leaderReady();

        void notLeader();

        /** The leader has freed log that this member needs, or has removed it from the group. */
        void needsSeed(String why);

        /** The member must stop. */
        void fatal(String reason, Throwable cause);
    }

    private record Snapshot(TermIndex termIndex) implements SnapshotInfo {
        @Override
        public TermIndex getTermIndex() {
            return termIndex;
        }

        @Override
        public List<FileInfo> getFiles() {
            return List.of(); // the store is the snapshot
        }
    }

    private final MasterReplica replica;
    private final ByteString ownClient;
    private final Events events;
    private volatile @Nullable Snapshot durable;
    private volatile boolean stopped;
    private volatile boolean pinned;

    /** @param ownClient by which this member submits entries in this life */
    MasterStateMachine(MasterReplica replica, ByteString ownClient, Events events) {
        this.replica = replica;
        this.ownClient = ownClient;
        this.events = events;
        this.durable = snapshotAt(replica.applied());
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage) throws IOException {
        super.initialize(server, groupId, storage);
        Snapshot snapshot = durable;
        if (snapshot != null) {
            setLastAppliedTermIndex(snapshot.termIndex());
        }
    }

    /** While pinned no log is freed: somebody is being seeded. */
    void pin(boolean on) {
        pinned = on;
    }

    /** Refuses every later entry: the process is to look as if it had died here. */
    void stop() {
        stopped = true;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        if (!stopped) { // else left for the next start
            try {
                apply(entry);
            } catch (RuntimeException | Error e) {
                fatal("APPLY_FAILED", e);
            }
        }
        return CompletableFuture.completedFuture(Message.EMPTY);
    }

    private void fatal(String reason, Throwable cause) {
        boolean expected = stopped; // killed while it was at work
        stopped = true;
        if (!expected) {
            events.fatal(cause instanceof ConsensusException known ? known.reason() : reason, cause);
        }
    }

    private void apply(LogEntryProto entry) {
        StateMachineLogEntryProto proposed = entry.getStateMachineLogEntry();
        replica.apply(
                new LogPosition(entry.getTerm(), entry.getIndex()),
                proposed.getLogData().asReadOnlyByteBuffer(),
                proposed.getClientId().equals(ownClient) ? proposed.getCallId() : 0);
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
    }

    /** Makes the state durable; Raft's log may be freed up to the index returned. A lower index than before would close the member. */
    @Override
    public long takeSnapshot() {
        if (pinned || stopped) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        try {
            TermIndex last = getLastAppliedTermIndex();
            Snapshot snapshot = snapshotAt(replica.flush(new LogPosition(last.getTerm(), last.getIndex())));
            if (snapshot == null) {
                return RaftLog.INVALID_LOG_INDEX;
            }
            durable = snapshot;
            return snapshot.getIndex();
        } catch (RuntimeException | Error e) {
            fatal("SNAPSHOT_FAILED", e);
            return RaftLog.INVALID_LOG_INDEX;
        }
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        return durable;
    }

    /** {@link LogPosition#START} is no entry: Raft's terms begin at 1. */
    private static @Nullable Snapshot snapshotAt(LogPosition position) {
        return position.term() == 0 ? null : new Snapshot(TermIndex.valueOf(position.term(), position.index()));
    }

    @Override
    public void notifyLeaderReady() {
        events.leaderReady();
    }

    @Override
    public void notifyNotLeader(Collection<TransactionContext> pending) {
        events.notLeader();
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
        if (!member.getPeerId().equals(leader)) {
            events.notLeader();
        }
    }

    @Override
    public void notifyLogFailed(Throwable cause, LogEntryProto entry) {
        stopped = true;
        events.fatal("RAFT_LOG_FAILED", cause);
    }

    @Override
    public void notifyServerShutdown(RoleInfoProto role, boolean allServer) {
        if (!allServer) {
            events.needsSeed("this peer was removed from the group");
        }
    }

    /** Answers "not available": the leader asks again until this member has left under this id. */
    @Override
    public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(RoleInfoProto role, TermIndex firstInLog) {
        events.needsSeed("the leader's log begins at " + firstInLog + ", this one's ends before");
        return CompletableFuture.completedFuture(null);
    }
}
