package io.kintsugi.sim.master;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.MasterCore;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeUp;
import io.kintsugi.sim.world.Network;
import io.kintsugi.sim.world.Process;
import io.kintsugi.sim.world.Stream;
import io.kintsugi.sim.world.World;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The masters m1, m2, … of one cluster, and what all of them together must keep: equal states at equal index (law 5). */
public final class SimMasters {
    public static final String CLUSTER = "c1";

    private final World world;
    private final Network network;
    private final Raft raft;
    private final List<SimMaster> masters = new ArrayList<>();
    private final List<Consumer<ClusterState>> laws = new ArrayList<>();
    private final List<Consumer<AppliedEntry>> onEntry = new ArrayList<>();
    private final List<BiConsumer<SimMaster, String>> passing = new ArrayList<>();
    private final List<BiConsumer<SimMaster, Command>> proposing = new ArrayList<>();
    private final List<Long> digests = new ArrayList<>();
    private final ClusterState empty = new MasterCore().empty();
    private ClusterState newest = empty;
    private long newestIndex;
    private int nodes;

    /** All are started. */
    public SimMasters(World world, Network network, int count, RaftTiming timing) {
        this.world = world;
        this.network = network;
        this.raft = new Raft(world, network, timing);
        for (int i = 1; i <= count; i++) {
            Process process = new Process(world, "m" + i);
            masters.add(new SimMaster(this, process, raft.add(process)));
        }
        masters.forEach(SimMaster::start);
    }

    public List<SimMaster> all() {
        return masters;
    }

    public SimMaster get(String name) {
        return masters.stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
    }

    SimMaster of(RaftMember member) {
        return masters.stream().filter(m -> m.member() == member).findFirst().orElseThrow();
    }

    /** The one that leads in truth, and is ready to. Others may still think that they do. */
    public Optional<SimMaster> leader() {
        return raft.leader().map(this::of).filter(SimMaster::leads);
    }

    /** Another is elected, and the present leader isn't told. */
    public void depose() {
        raft.depose();
    }

    /**
     * Whether the others could go on if this one lost its store. One that lacks what was freed elsewhere can't: it gives up its store to be
     * seeded, and until then it is no voter.
     */
    public boolean canSpare(SimMaster master) {
        RaftLog furthest = raft.voters().stream()
                .map(v -> v.log)
                .max(Comparator.comparingLong(RaftLog::base))
                .orElseThrow();
        long left = raft.voters().stream()
                .filter(v -> v != master.member()
                        && v.hasStore
                        && v.log.has(furthest.base(), furthest.term(furthest.base())))
                .count();
        return left > raft.voters().size() / 2;
    }

    /** Every master is up, has a store, and is a member. */
    public boolean whole() {
        return masters.stream().allMatch(m -> m.process().up() && m.hasStore())
                && raft.voters().size() == masters.size();
    }

    /** The state after the last entry that any master has applied. */
    public ClusterState state() {
        return newest;
    }

    public long index() {
        return newestIndex;
    }

    public long elections() {
        return raft.elections();
    }

    /** Called with the state after every entry, once. */
    public void law(Consumer<ClusterState> check) {
        laws.add(check);
    }

    /** Called with every entry, once and in order, before the laws are asked. */
    public void onEntry(Consumer<AppliedEntry> listener) {
        onEntry.add(listener);
    }

    /** Told when a master passes a failpoint, before it may die there. */
    public void onPassing(BiConsumer<SimMaster, String> listener) {
        passing.add(listener);
    }

    /** Told what a master is about to propose, its own decisions and others' requests. */
    public void onProposal(BiConsumer<SimMaster, Command> listener) {
        proposing.add(listener);
    }

    void proposing(SimMaster master, Command command) {
        proposing.forEach(l -> l.accept(master, command));
    }

    /** A datanode's stream to that master, as its {@code attend} call. */
    public Stream<NodeUp, NodeDown> attend(Process datanode, String master, Stream.Receiver<NodeDown> receiver) {
        SimMaster to = get(master);
        return network.open(datanode, to.process(), "attend", receiver, to::attend);
    }

    void passing(SimMaster master, String failpoint) {
        passing.forEach(l -> l.accept(master, failpoint));
        master.process().failpoint(failpoint);
    }

    /** Law 5, and the others for an entry that nobody had applied before. */
    void applied(SimMaster by, AppliedEntry entry) {
        long index = entry.at().index();
        ClusterState state = entry.state();
        while (digests.size() <= index) {
            digests.add(null);
        }
        Long known = digests.get((int) index);
        if (known == null) {
            digests.set((int) index, state.digest());
        } else if (known != state.digest()) {
            throw world.broken("5", by.name() + " has another state after entry " + index + " than others had");
        }
        if (index > newestIndex) {
            newestIndex = index;
            newest = state;
            onEntry.forEach(listener -> listener.accept(entry));
            laws.forEach(law -> law.accept(state));
        }
    }

    Raft raft() {
        return raft;
    }

    Network network() {
        return network;
    }

    ClusterState empty() {
        return empty;
    }

    int nextNode() {
        return ++nodes;
    }
}
