package io.kintsugi.master.consensus;

import com.codahale.metrics.MetricRegistry;
import io.kintsugi.common.Clock;
import io.kintsugi.master.event.EventReader;
import io.kintsugi.master.export.ExportHeader;
import io.kintsugi.master.export.ExportWriter;
import io.kintsugi.master.port.LeaderListener;
import io.kintsugi.master.port.Proposer;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.Core;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.master.store.RocksStateStore;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One life of this master as a member of the Raft group: from the store being opened to its being closed. */
final class RaftNode {
    /** Who is told what happens to the member. Called by Ratis's threads: return soon. */
    interface Owner {
        void needsSeed(RaftNode node, String why);

        void fatal(RaftNode node, String reason, Throwable cause);
    }

    private static final Logger LOG = LoggerFactory.getLogger(RaftNode.class);
    private static final long SNAPSHOT_TIMEOUT_MILLIS = 60_000;
    private static final long RESIGN_TIMEOUT_MILLIS = 10_000;

    private final ConsensusConfig config;
    private final Identity identity;
    private final Owner owner;
    private final RocksStateStore store;
    private final ExecutorService proposing;
    private final GroupCommit groupCommit;
    private final MasterReplica replica;
    private final MasterStateMachine machine;
    private final ClientId clientId = ClientId.randomId();
    private final RaftGroupId groupId;
    private final RaftServer server;
    private final AtomicLong adminCalls = new AtomicLong();

    /** @param initial the group of a new member: null for one that has a store already, empty for one that is to be added */
    RaftNode(
            ConsensusConfig config,
            StoreHome home,
            Identity identity,
            @Nullable Collection<Peer> initial,
            Core core,
            Parts parts)
            throws IOException {
        this.config = config;
        this.identity = identity;
        this.owner = parts.owner();
        this.groupId = RaftGroupId.valueOf(identity.groupId());
        this.store = RocksStateStore.open(home.database());
        this.proposing = Executors.newSingleThreadExecutor(Thread.ofPlatform()
                .daemon()
                .name(config.self().name() + "-propose")
                .factory());
        this.groupCommit = new GroupCommit(
                proposing,
                this::submit,
                parts.clock(),
                config.proposalTimeout(),
                config.entriesInFlight(),
                parts.metrics());
        this.replica = new MasterReplica(
                core, store, groupCommit, parts.listener(), this::term, parts.failpoint(), this::resign);
        this.machine = new MasterStateMachine(replica, clientId.toByteString(), new Events());
        this.server = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(identity.peerId()))
                .setGroup(
                        initial == null
                                ? null
                                : RaftGroup.valueOf(
                                        groupId,
                                        initial.stream().map(RaftNode::raftPeer).toList()))
                .setOption(initial == null ? RaftStorage.StartupOption.RECOVER : RaftStorage.StartupOption.FORMAT)
                .setStateMachine(machine)
                .setProperties(RaftSettings.of(config, home.raft()))
                .build();
    }

    /** What a node shares with the rest of the master. */
    record Parts(
            Owner owner, LeaderListener listener, Clock clock, MetricRegistry metrics, Consumer<String> failpoint) {}

    /** Starts to take part. The state was loaded before, and is told to the listener first. */
    void start() throws IOException {
        replica.start();
        server.start();
        if (!division().getInfo().getLifeCycleState().isRunning()
                && !division().getInfo().isAlive()) {
            throw new IOException(
                    "the Raft group " + groupId + " in " + config.directory() + " could not be opened: see the log");
        }
    }

    Identity identity() {
        return identity;
    }

    ClusterState state() {
        return replica.state();
    }

    EventReader events() {
        return replica.events();
    }

    Proposer proposer() {
        return groupCommit;
    }

    /** Leads, and has applied all that was committed before. */
    boolean ready() {
        return replica.ready();
    }

    /** Steps down, and doesn't wait for it: this is called where entries are applied. */
    private void resign() {
        try {
            transferLeadership(null, RESIGN_TIMEOUT_MILLIS).whenComplete((reply, failure) -> {
                if (failure != null || !reply.isSuccess()) {
                    LOG.warn("couldn't hand leadership over: {}", failure != null ? failure : reply.getException());
                }
            });
        } catch (IOException e) {
            LOG.warn("couldn't hand leadership over", e);
        }
    }

    /** @param to null: to nobody, this leader only steps down */
    CompletableFuture<RaftClientReply> transferLeadership(@Nullable RaftPeerId to, long timeoutMillis)
            throws IOException {
        return server.transferLeadershipAsync(
                new TransferLeadershipRequest(clientId, server.getId(), groupId, nextAdminCall(), to, timeoutMillis));
    }

    long term() {
        return info().getCurrentTerm();
    }

    long appliedIndex() {
        return machine.getLastAppliedTermIndex().getIndex();
    }

    /** "" when unknown. */
    String leaderName() {
        RaftPeerId leader = info().getLeaderId();
        return leader == null ? "" : Peer.nameOf(leader.toString());
    }

    boolean alive() {
        return info().isAlive();
    }

    /** The group as this member knows it. */
    List<Peer> peers() {
        return division().getRaftConf().getCurrentPeers().stream()
                .map(p -> new Peer(p.getId().toString(), p.getAddress()))
                .toList();
    }

    /** Whether the group counts on it: one that is being added is none before the change is complete, which takes those of before alone. */
    boolean isMember() {
        RaftConfiguration now = division().getRaftConf();
        return isAmong(now.getCurrentPeers()) && (now.getPreviousPeers().isEmpty() || isAmong(now.getPreviousPeers()));
    }

    private boolean isAmong(Collection<RaftPeer> peers) {
        return peers.stream().anyMatch(p -> p.getId().toString().equals(identity.peerId()));
    }

    /** To be called now and then: time limits of proposals, digests. */
    void tick() {
        replica.tick();
    }

    /** Flushes the store and frees log; anything newer than the last time. */
    void snapshot() {
        server.snapshotManagementAsync(SnapshotManagementRequest.newCreate(
                        clientId, server.getId(), groupId, adminCalls.incrementAndGet(), SNAPSHOT_TIMEOUT_MILLIS, 1))
                .whenComplete((reply, failure) -> {
                    if (failure != null) {
                        LOG.warn("the timed snapshot failed", failure);
                    }
                });
    }

    /** While pinned, no log is freed. */
    void pin(boolean on) {
        machine.pin(on);
    }

    /** A copy of the state at some index, with the applied position in it. */
    void checkpoint(Path directory) {
        store.checkpoint(directory);
    }

    /**
     * Writes an export of the state at the newest applied index; entries go on being applied meanwhile.
     *
     * @param by who asked for it
     */
    void export(OutputStream out, long now, String by) throws IOException {
        ExportWriter[] writer = new ExportWriter[1];
        try {
            store.forEachAt(at -> {
                writer[0] = begin(out, at, now, by);
                return (table, key, value) -> {
                    try {
                        writer[0].row(table, key, value);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                };
            });
            writer[0].finish();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private ExportWriter begin(OutputStream out, LogPosition at, long now, String by) {
        try {
            return new ExportWriter(
                    out, new ExportHeader(identity.clusterId(), identity.generation(), at.term(), at.index(), now, by));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RaftServer server() {
        return server;
    }

    RaftServer.Division division() {
        try {
            return server.getDivision(groupId);
        } catch (IOException e) {
            throw new UncheckedIOException("the Raft group " + groupId + " is not open: see the log", e);
        }
    }

    ClientId clientId() {
        return clientId;
    }

    RaftGroupId groupId() {
        return groupId;
    }

    long nextAdminCall() {
        return adminCalls.incrementAndGet();
    }

    /** Ends in good order: what is committed is applied and flushed. */
    void close() throws IOException {
        replica.lost();
        groupCommit.close();
        proposing.shutdownNow();
        server.close();
        store.close();
    }

    /** Ends as a crash would: nothing more is applied, nothing flushed. */
    void kill() throws IOException {
        machine.stop();
        replica.lost();
        groupCommit.close();
        proposing.shutdownNow();
        store.kill();
        server.close();
    }

    static RaftPeer raftPeer(Peer peer) {
        return RaftPeer.newBuilder().setId(peer.id()).setAddress(peer.address()).build();
    }

    private DivisionInfo info() {
        return division().getInfo();
    }

    private CompletableFuture<?> submit(long callId, byte[] entry) {
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(clientId)
                .setServerId(server.getId())
                .setGroupId(groupId)
                .setCallId(callId)
                .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)))
                .setType(RaftClientRequest.writeRequestType())
                .build();
        try {
            return server.submitClientRequestAsync(request).thenAccept(RaftNode::check);
        } catch (IOException | CompletionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    static void check(RaftClientReply reply) {
        if (!reply.isSuccess()) {
            throw new CompletionException(
                    reply.getException() == null ? new IOException("refused: " + reply) : reply.getException());
        }
    }

    private final class Events implements MasterStateMachine.Events {
        @Override
        public void leaderReady() {
            replica.leaderReady();
        }

        @Override
        public void notLeader() {
            replica.lost();
        }

        @Override
        public void needsSeed(String why) {
            owner.needsSeed(RaftNode.this, why);
        }

        @Override
        public void fatal(String reason, Throwable cause) {
            owner.fatal(RaftNode.this, reason, cause);
        }
    }
}
