package io.kintsugi.master.consensus;

import com.codahale.metrics.MetricRegistry;
import io.kintsugi.common.Clock;
import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.consensus.ConsensusStatus.State;
import io.kintsugi.master.event.Event;
import io.kintsugi.master.event.EventReader;
import io.kintsugi.master.port.LeaderListener;
import io.kintsugi.master.port.ProposalException;
import io.kintsugi.master.port.Proposer;
import io.kintsugi.master.state.Change;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This master's membership, through all its lives: without a store, founding one, waiting to be seeded, a member, seeded anew.
 *
 * <p>A master whose store is missing never starts a Raft group: a wiped voter that votes loses acknowledged commands. It waits until
 * a leader has
 * taken its former peer out of the group, takes a checkpoint, and is added under a new id.
 */
public final class MasterGroup implements Consensus, AutoCloseable {
    /** Told when this master can't go on: the process should end. */
    public interface FatalHandler {
        void fatal(String reason, String message, Throwable cause);
    }

    /** What the group needs from the outside. */
    public record Ports(
            MasterPeers peers,
            Supplier<Core> core,
            LeaderListener listener,
            FatalHandler fatal,
            Clock clock,
            RandomGenerator random,
            MetricRegistry metrics,
            Consumer<String> failpoint) {}

    private static final Logger LOG = LoggerFactory.getLogger(MasterGroup.class);
    private static final long TICK_MILLIS = 200;
    private static final int ROWS_AT_ONCE = 10_000;

    private final ConsensusConfig config;
    private final Ports ports;
    private final StoreHome home;
    private final SeedDesk seeds;
    private final Joiner joiner;
    private final ClusterState empty;
    private final Proposer proposer = new NodeProposer();
    private final ScheduledExecutorService ticker;
    private volatile @Nullable RaftNode node;
    private volatile @Nullable Membership membership;
    private volatile State idle = State.WAITING_FOR_SEED;
    private volatile String failure = "";
    private volatile boolean digestOk = true;
    private volatile boolean closing;
    private volatile @Nullable String reseed;
    private long nextSnapshotNanos;
    // guarded by this: a store is founded, seeded or recovered, never two of it at once
    private boolean founding;
    private boolean seeding;
    private boolean recovering;

    private MasterGroup(ConsensusConfig config, Ports ports) {
        this.config = config;
        this.ports = ports;
        this.home = new StoreHome(config.directory());
        this.seeds = new SeedDesk(home.checkpoints(), ports.clock());
        this.joiner = new Joiner(config, home, ports.peers());
        this.empty = ports.core().get().empty();
        this.ticker = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform()
                .daemon()
                .name(config.self().name() + "-group")
                .factory());
    }

    /** Starts what the store says: a member, or one that waits. @throws ConsensusException STATE_DIVERGED */
    public static MasterGroup start(ConsensusConfig config, Ports ports) throws IOException {
        MasterGroup group = new MasterGroup(config, ports);
        try {
            Optional<Identity> identity = group.home.identity();
            if (identity.isPresent()) {
                group.requireRecovered();
                group.open(identity.get(), null);
            } else {
                LOG.warn(
                        "{} has no store: waiting for {}, or for the leader to seed it",
                        config.self().name(),
                        config.recover() ? "`meta recover`" : "`meta init`");
            }
        } catch (IOException | RuntimeException e) {
            group.ticker.shutdownNow();
            throw e;
        }
        group.ticker.scheduleWithFixedDelay(group::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
        return group;
    }

    /** Told to recover where there is something already: the operator means another directory, or has forgotten to take that back. */
    private void requireRecovered() {
        if (!config.recover()) {
            home.recoveryIsOver();
        } else if (!home.fromRecovery()) {
            throw new ConsensusException(
                    "STORE_NOT_EMPTY",
                    "find apps from remote storage, but [meta_server].recover_from_replica_server = true: "
                            + config.directory() + " has a store, which was not touched; set"
                            + " recover_from_replica_server to false to start with it, or data.dir to an empty directory to recover");
        } else {
            LOG.warn(
                    "RECOVERY_FLAG_ON: {} was recovered, and recover_from_replica_server is still true: set it to false",
                    config.self().name());
        }
    }

    @Override
    public Proposer proposer() {
        return proposer;
    }

    @Override
    public ClusterState state() {
        RaftNode current = node;
        return current == null ? empty : current.state();
    }

    /** None while there is no store. */
    public List<Event> events(EventReader.Query query) {
        RaftNode current = node;
        return current == null ? List.of() : current.events().events(query);
    }

    @Override
    public ConsensusStatus status() {
        RaftNode current = node;
        String name = config.self().name();
        if (current == null || !failure.isEmpty()) {
            return new ConsensusStatus(
                    failure.isEmpty() ? idle : State.FAILED,
                    name,
                    "",
                    0,
                    0,
                    "",
                    false,
                    0,
                    List.of(),
                    digestOk,
                    failure);
        }
        String leader = current.ready() ? name : current.leaderName();
        boolean ready = current.ready() || !leader.isEmpty() && !leader.equals(name);
        State state = current.isMember() ? ready ? State.READY : State.NO_LEADER : State.WAITING_FOR_SEED;
        return new ConsensusStatus(
                state,
                name,
                current.identity().clusterId(),
                current.identity().generation(),
                current.term(),
                leader,
                current.ready(),
                current.appliedIndex(),
                current.peers(),
                digestOk,
                failure);
    }

    /** What this master tells others that ask. */
    public MasterPeers.Info info() {
        ConsensusStatus status = status();
        return new MasterPeers.Info(
                status.name(),
                status.state().text(),
                node != null,
                status.clusterId(),
                status.generation(),
                status.term(),
                status.leader(),
                status.leading(),
                status.appliedIndex(),
                digestOk);
    }

    @Override
    public String leaderGrpcAddress() {
        String leader = status().leader();
        return config.masters().stream()
                .filter(m -> m.name().equals(leader))
                .findFirst()
                .map(m -> m.host() + ":" + m.grpc())
                .orElse("");
    }

    @Override
    public void transferLeadership(String name) {
        leading();
        member().transfer(name);
    }

    /**
     * Makes a new group of all configured masters. Returns its cluster id; its election follows. @throws ConsensusException
     * STORE_EXISTS, …
     */
    public String init() {
        synchronized (this) {
            if (node != null || founding || seeding) {
                throw storeExists(config.self().name());
            }
            if (config.recover() || recovering) {
                throw underRecovery(config.self().name());
            }
            founding = true;
        }
        try {
            Founding plan = Founding.plan(config, ports.random());
            plan.requireNoStore(Surroundings.ask(ports.peers(), config.others()));
            plan.tellOthers(ports.peers());
            becomeFounder(plan.of(config.self()));
            return plan.clusterId();
        } finally {
            synchronized (this) {
                founding = false;
            }
        }
    }

    /** Becomes a member of a group that is being founded. @throws ConsensusException STORE_EXISTS */
    public synchronized void found(MasterPeers.Founding plan) {
        if (founding) {
            throw new ConsensusException(
                    "INIT_INCOMPLETE", config.self().name() + " is founding a group itself: run `meta init` once");
        }
        if (recovering || config.recover()) {
            throw underRecovery(config.self().name());
        }
        if (seeding) {
            return; // those told before are enough to lead, and make this master a member already
        }
        becomeFounder(plan);
    }

    /**
     * This master, without a store, is to begin a group with recovered metadata: until {@link #release} it neither founds nor joins one.
     *
     * @throws ConsensusException ERR_SERVICE_ALREADY_RUNNING: there is a group, or what is left of one
     */
    public void claim() {
        Surroundings around = Surroundings.ask(ports.peers(), config.others());
        synchronized (this) {
            if (node != null
                    || founding
                    || seeding
                    || recovering
                    || !around.withStore().isEmpty()) {
                String where = around.withStore().isEmpty()
                        ? config.self().name() + " has"
                        : String.join(", ", around.withStore()) + " have";
                throw new ConsensusException(
                        "ERR_SERVICE_ALREADY_RUNNING",
                        where + " a store: metadata is recovered onto masters that are all without one;"
                                + " stop those, and start them with an empty data.dir, if theirs is really lost");
            }
            recovering = true;
            idle = State.UNDER_RECOVERY;
        }
    }

    public synchronized void release() {
        recovering = false;
    }

    /**
     * Makes a group of this master alone that begins with these rows. It is durable when this returns; before, there is none.
     *
     * @param generation above all that any datanode has seen
     */
    public synchronized void begin(String clusterId, long generation, List<Change> rows) {
        if (!recovering || node != null || closing) {
            throw new IllegalStateException("this master wasn't claimed for a recovery");
        }
        home.begin();
        try (RocksStateStore store = RocksStateStore.open(home.database())) {
            for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
                store.write(rows.subList(from, Math.min(rows.size(), from + ROWS_AT_ONCE)), LogPosition.START);
            }
            store.flush();
        }
        ports.failpoint().accept(FailpointNames.RECOVERED_STORED);
        Peer self = new Peer(
                Founding.peerId(config.self().name(), ports.random()),
                config.self().raftAddress().toString());
        create(new Identity(clusterId, generation, self.id()), List.of(self));
    }

    private synchronized void becomeFounder(MasterPeers.Founding plan) {
        if (node != null) {
            throw storeExists(config.self().name());
        }
        home.begin();
        create(plan.identity(), plan.peers());
    }

    /** The leader's side of seeding: the former peer of that name leaves the group, and a checkpoint is made. */
    public MasterPeers.Seed offerSeed(String name) {
        RaftNode leader = leading();
        member().retire(name, "");
        Identity identity = leader.identity().withPeer(Founding.peerId(name, ports.random()));
        return new MasterPeers.Seed(identity, identity.peerId(), seeds.offer(leader, identity.peerId()));
    }

    /** A file of an offered seed. */
    public Path seedFile(String seed, String file) {
        return seeds.file(seed, file);
    }

    /** Writes an export of the metadata at the newest index that this master, the leader, has applied. */
    public void export(OutputStream out, String by) throws IOException {
        RaftNode leader = leading();
        if (leader.state().cluster().isEmpty()) { // founded a moment ago
            throw new ConsensusException("NOT_READY", config.self().name() + " has no cluster yet: ask again");
        }
        leader.export(out, ports.clock().millis(), by);
    }

    /** The leader's side of joining: adds a seeded peer to the group. */
    public void admit(Peer peer) {
        RaftNode leader = leading();
        member().add(peer);
        seeds.expire(leader, true);
    }

    /** Ends in good order. */
    @Override
    public void close() throws IOException {
        stop(true);
    }

    /** Ends as a crash would. */
    public void kill() throws IOException {
        stop(false);
    }

    private void stop(boolean orderly) throws IOException {
        closing = true;
        ticker.shutdownNow();
        synchronized (this) {
            RaftNode current = node;
            if (current != null) {
                if (orderly && failure.isEmpty()) {
                    current.close();
                } else {
                    current.kill();
                }
            }
        }
    }

    private void tick() {
        try {
            if (closing || !failure.isEmpty()) {
                return;
            }
            String why = reseed;
            if (why != null) {
                leave(why);
            }
            RaftNode current = node;
            if (current == null) {
                waitForSeed();
            } else {
                tend(current);
            }
        } catch (RuntimeException e) { // this thread is the supervisor of the membership: it must go on
            if (!closing) {
                LOG.warn("{}: {}; trying again", config.self().name(), e.toString());
                LOG.debug("in detail", e);
            }
        }
    }

    private void tend(RaftNode current) {
        if (!current.alive()) {
            fatal(current, "MEMBER_STOPPED", new IllegalStateException("the Raft member has stopped: see the log"));
            return;
        }
        current.tick();
        if (current.ready()) {
            seeds.expire(current, false);
            if (current.state().cluster().isEmpty()) {
                Identity identity = current.identity();
                // until it is there; the request id makes it one
                current.proposer()
                        .propose(
                                "init-" + identity.clusterId(),
                                0,
                                "meta init",
                                new Command.InitCluster(identity.clusterId(), identity.generation()));
            }
        } else if (!current.isMember()) {
            joiner.askToJoin(current);
        }
        long now = ports.clock().nanos();
        if (now - nextSnapshotNanos >= 0) {
            nextSnapshotNanos = now + config.snapshotInterval().toNanos();
            current.snapshot();
        }
    }

    private void waitForSeed() {
        Surroundings around = Surroundings.ask(ports.peers(), config.others());
        synchronized (this) {
            idle = idle(around);
            if (around.leader().isEmpty() || node != null || founding || recovering || closing) {
                return; // where the others lead already, the founder itself may still be making its store
            }
            seeding = true;
        }
        try {
            joiner.fetch(around).ifPresent(this::becomeSeeded);
        } finally {
            synchronized (this) {
                seeding = false;
            }
        }
    }

    private State idle(Surroundings around) {
        if (recovering || config.recover() && around.withStore().isEmpty()) {
            return State.UNDER_RECOVERY;
        }
        return around.withStore().isEmpty() ? State.UNINITIALIZED : State.WAITING_FOR_SEED;
    }

    private synchronized void becomeSeeded(MasterPeers.Seed seed) {
        if (!closing) {
            create(seed.identity(), List.of());
        }
    }

    private synchronized void leave(String why) {
        RaftNode current = node;
        if (current != null && !closing) {
            LOG.warn("{}: {}: to be seeded anew, as a new peer", config.self().name(), why);
            node = null;
            membership = null;
            idle = State.WAITING_FOR_SEED;
            try {
                current.kill();
            } catch (IOException e) {
                throw new UncheckedIOException("leaving the group", e);
            }
        }
        reseed = null;
    }

    private synchronized void create(Identity identity, Collection<Peer> peers) {
        try {
            open(identity, peers);
        } catch (IOException e) {
            throw new UncheckedIOException("can't start the Raft group", e);
        }
        home.complete(identity, config.recover()); // only now is there a store: Raft keeps its votes
    }

    private synchronized void open(Identity identity, @Nullable Collection<Peer> peers) throws IOException {
        RaftNode opened = new RaftNode(
                config,
                home,
                identity,
                peers,
                ports.core().get(),
                new RaftNode.Parts(new Owner(), ports.listener(), ports.clock(), ports.metrics(), ports.failpoint()));
        nextSnapshotNanos = ports.clock().nanos() + config.snapshotInterval().toNanos();
        opened.start();
        membership = new Membership(opened, config.electionMax().multipliedBy(2));
        node = opened;
    }

    private RaftNode leading() {
        RaftNode current = node;
        if (current == null || !current.ready()) {
            throw new ConsensusException("NOT_LEADER", config.self().name() + " doesn't lead: ask the leader");
        }
        return current;
    }

    private Membership member() {
        Membership current = membership;
        if (current == null) {
            throw new ConsensusException("NOT_LEADER", config.self().name() + " is no member of a group");
        }
        return current;
    }

    private static ConsensusException underRecovery(String where) {
        return new ConsensusException(
                "ERR_UNDER_RECOVERY",
                where + " waits for `meta recover`, or carries one out:"
                        + " to make an empty cluster set recover_from_replica_server to false, and start it again");
    }

    static ConsensusException storeExists(String where) {
        return new ConsensusException(
                "STORE_EXISTS",
                where + " has a store already: `meta init` is done once, for masters that are all without one");
    }

    private void fatal(RaftNode from, String reason, Throwable cause) {
        RaftNode current = node;
        if (closing || !failure.isEmpty() || current != null && current != from) {
            return;
        }
        failure = reason + ": " + cause.getMessage();
        LOG.error("{} stops: {}", config.self().name(), failure, cause);
        if (reason.equals("STATE_DIVERGED")) {
            digestOk = false;
            home.markDiverged(failure);
        }
        // not on this thread: it is Raft's, and to be joined
        Thread.ofPlatform().daemon().name(config.self().name() + "-fatal").start(() -> {
            try {
                from.kill();
            } catch (IOException e) {
                LOG.warn("while stopping", e);
            }
            ports.fatal().fatal(reason, failure, cause);
        });
    }

    private final class Owner implements RaftNode.Owner {
        @Override
        public void needsSeed(RaftNode from, String why) {
            RaftNode current = node;
            if (current == null || current == from) {
                reseed = why; // the ticker does it: this thread is Raft's
            }
        }

        @Override
        public void fatal(RaftNode from, String reason, Throwable cause) {
            MasterGroup.this.fatal(from, reason, cause);
        }
    }

    private final class NodeProposer implements Proposer {
        @Override
        public CompletableFuture<Outcome> propose(String requestId, long term, String requestedBy, Command command) {
            RaftNode current = node;
            return current == null
                    ? CompletableFuture.failedFuture(
                            new ProposalException("NOT_LEADER", "this master is no member of a group", null))
                    : current.proposer().propose(requestId, term, requestedBy, command);
        }
    }
}
