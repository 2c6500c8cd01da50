package io.kintsugi.sim.master;

import com.codahale.metrics.MetricRegistry;
import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.consensus.GroupCommit;
import io.kintsugi.master.consensus.MasterReplica;
import io.kintsugi.master.driver.ControlLoop;
import io.kintsugi.master.driver.NodeLink;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.port.ProposalException;
import io.kintsugi.master.port.Proposer;
import io.kintsugi.master.port.StateStore;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.master.transport.AdminService;
import io.kintsugi.master.transport.RouteService;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeUp;
import io.kintsugi.sim.world.Process;
import io.kintsugi.sim.world.SimExecutor;
import io.kintsugi.sim.world.Stream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A master's process: everything of the product's master beside Ratis, RocksDB and transport, on the simulated ones. */
public final class SimMaster {
    private static final Duration PROPOSAL_TIMEOUT = Duration.ofSeconds(10);
    private static final int ENTRIES_IN_FLIGHT = 4;
    private static final long JITTER = 50_000;

    private final SimMasters group;
    private final Process process;
    private final RaftMember member;
    private final MasterDisk disk = new MasterDisk();
    // of this life
    private ControlLoop loop;
    private AdminService service;
    private RouteService routes;
    /** Of all memberships of this life: what is installed takes the place of what it has. */
    private NotingCore core;
    /** Null while there is no store. */
    private Node node;

    private boolean seeking;

    SimMaster(SimMasters group, Process process, RaftMember member) {
        this.group = group;
        this.process = process;
        this.member = member;
        process.onCrash(() -> {
            loop = null;
            service = null;
            routes = null;
            node = null;
            seeking = false;
        });
    }

    public String name() {
        return process.name();
    }

    public Process process() {
        return process;
    }

    RaftMember member() {
        return member;
    }

    /** Null while it is down. */
    public ControlLoop loop() {
        return loop;
    }

    /** What operators ask; null while it is down. */
    public AdminService service() {
        return service;
    }

    /** What clients ask; null while it is down. */
    public RouteService routes() {
        return routes;
    }

    public Proposer proposer() {
        return this::propose;
    }

    /** What this master has applied. */
    public ClusterState state() {
        return node == null ? group.empty() : node.replica.state();
    }

    /** It leads, as far as it knows, and answers for the cluster. */
    public boolean leads() {
        return process.up() && loop != null && loop.view().isPresent();
    }

    public boolean hasStore() {
        return member.hasStore;
    }

    public void start() {
        process.start();
        core = new NotingCore();
        loop = new ControlLoop(
                this::propose,
                this::leaderAddress,
                process.clock(),
                name -> group.passing(this, name),
                new SimExecutor(process, "loop", JITTER));
        service = new AdminService(this::propose, this::state, loop);
        routes = new RouteService(loop, this::state, this::leaderAddress);
        if (member.hasStore) {
            open();
        }
        tend();
    }

    /** Its store is lost: it dies, and comes back without one. */
    public void wipe() {
        process.crash();
        disk.install(MasterDisk.Content.EMPTY);
        member.wipe();
    }

    /** Each sync of its log takes so much longer from now on. */
    public void slowLog(long nanos) {
        member.slowLog(nanos);
    }

    private void open() {
        node = new Node();
        node.replica.start();
        member.start(node, node.replica.applied().index());
    }

    private CompletableFuture<Outcome> propose(String requestId, long term, String by, Command command) {
        group.proposing(this, command);
        return node == null
                ? CompletableFuture.failedFuture(
                        new ProposalException("NOT_LEADER", "this master is no member of a group", null))
                : node.propose(requestId, term, by, command);
    }

    private String leaderAddress() {
        RaftMember leader = member.leader();
        return leader == null ? "" : leader.name() + ":1";
    }

    /** A datanode's stream has reached this master; null when nothing listens. */
    public Stream.Receiver<NodeUp> attend(Stream<NodeDown, NodeUp> down) {
        ControlLoop of = loop;
        NodeLink link = new NodeLink() {
            @Override
            public void send(NodeDown message) {
                down.send(message);
            }

            @Override
            public void close() {
                down.close();
            }
        };
        return new Stream.Receiver<>() {
            @Override
            public void received(NodeUp message) {
                of.received(link, message);
            }

            @Override
            public void closed() {
                of.closed(link);
            }
        };
    }

    /** As the group's supervisor does: founds the cluster, seeks a seed, joins. */
    private void tend() {
        if (node == null) {
            seekSeed();
        } else if (!group.raft().voters().contains(member)) {
            group.raft().leader().ifPresent(leader -> group.network()
                    .call(
                            process,
                            leader.process(),
                            "raft.join",
                            tendEvery(),
                            () -> CompletableFuture.completedFuture(group.raft().admit(leader, member))));
        } else if (node.replica.ready() && state().cluster().isEmpty()) {
            propose("init-" + SimMasters.CLUSTER, 0, "meta init", new Command.InitCluster(SimMasters.CLUSTER, 1));
        }
        boolean settled = node != null
                && group.raft().voters().contains(member)
                && state().cluster().isPresent();
        process.after(settled ? 20 * tendEvery() : tendEvery() / 5, "tend", this::tend);
    }

    /** The shortest time without a leader, 0.5 s by default. */
    private long tendEvery() {
        return group.raft().timing().electionMin();
    }

    private void seekSeed() {
        if (seeking) {
            return;
        }
        group.raft().leader().ifPresent(leader -> {
            seeking = true;
            group.network()
                    .call(process, leader.process(), "raft.seed", 4 * tendEvery(), () -> group.of(leader)
                            .offerSeed(member))
                    .whenComplete((content, failure) -> {
                        seeking = false;
                        if (failure == null && node == null) {
                            process.world().count("seeded", name());
                            process.world().note(name(), () -> "is seeded at " + content.at());
                            disk.install(content);
                            member.seeded(content.at().index(), content.at().term());
                            open();
                        }
                    });
        });
    }

    /** The leader's side: the former member leaves the group, and what is stored here is copied. */
    private CompletableFuture<MasterDisk.Content> offerSeed(RaftMember to) {
        if (node == null || !node.replica.ready() || !group.raft().remove(member, to)) {
            return CompletableFuture.failedFuture(new IllegalStateException("no seed here now"));
        }
        node.flush();
        return CompletableFuture.completedFuture(disk.durable());
    }

    /** One membership of the group, from the store being opened to its being closed. */
    private final class Node implements RaftMember.Host {
        private final StateStore store = disk.open(process);
        private final String proposerId = process.name() + "#" + process.life() + "#" + group.nextNode();
        private final GroupCommit proposals;
        private final MasterReplica replica;
        private long flushed;

        Node() {
            SimExecutor proposing = new SimExecutor(process, "propose", JITTER);
            proposals = new GroupCommit(
                    proposing::execute,
                    (call, entry) -> member.submit(proposerId, call, entry),
                    process.clock(),
                    PROPOSAL_TIMEOUT,
                    ENTRIES_IN_FLIGHT,
                    new MetricRegistry());
            replica = new MasterReplica(
                    core,
                    store,
                    proposals,
                    loop,
                    () -> member.term,
                    name -> group.passing(SimMaster.this, name),
                    () -> group.raft().resign(member));
            flushed = replica.applied().index();
        }

        CompletableFuture<Outcome> propose(String requestId, long term, String by, Command command) {
            process.after(PROPOSAL_TIMEOUT.toNanos() + 1, "expire", replica::tick);
            return proposals.propose(requestId, term, by, command);
        }

        @Override
        public void apply(long term, long index, LogEntry entry) {
            long own = entry.proposer().equals(proposerId) ? entry.call() : 0;
            replica.apply(new LogPosition(term, index), ByteBuffer.wrap(entry.data()), own);
            group.applied(SimMaster.this, core.last());
            replica.tick();
            if (index - flushed >= group.raft().timing().snapshotEntries()) {
                flush();
            }
        }

        void flush() {
            long last = Math.max(replica.applied().index(), member.applied());
            LogPosition durable = replica.flush(new LogPosition(member.log.term(last), last));
            flushed = durable.index();
            member.log.free(Math.min(flushed, flushed - group.raft().timing().keptEntries()));
        }

        @Override
        public void leaderReady() {
            replica.leaderReady();
        }

        @Override
        public void notLeader() {
            replica.lost();
        }

        @Override
        public void needsSeed() {
            if (node == this) {
                process.world().note(name(), () -> "is too far behind, and needs a seed");
                replica.lost();
                proposals.close();
                node = null;
                disk.install(MasterDisk.Content.EMPTY);
                member.wipe();
            }
        }
    }

    @Override
    public String toString() {
        ClusterView state = state();
        return name() + (process.up() ? leads() ? " leads" : " up" : " down") + ", applied " + member.applied() + ", "
                + state.openOps().size() + " ops open";
    }
}
