package io.kintsugi.master.driver;

import io.kintsugi.common.Clock;
import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.port.Proposer;
import io.kintsugi.master.view.SoftState;
import io.kintsugi.master.view.View;
import io.kintsugi.master.view.ViewDiff;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeUp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One term of leading, with all its memory: nothing of an earlier term can leak into it, and nothing of it outlives it. Used by the loop's
 * thread only; what {@link #view()} gives may be read by others.
 */
final class Reign implements LoopState, Actions {
    private static final Duration RETRY = Duration.ofMillis(100);

    private final long term;
    private final Clock clock;
    private final Consumer<String> failpoint;
    private final Timers timers = new Timers();
    private final SoftState soft = new SoftState();
    private final ProposalBook book;
    private final Sessions sessions;
    private final LivenessDriver liveness;
    private final FailoverDriver failover;
    private final InSyncDriver inSync;
    private final ReaperDriver reaper;
    private final VerifyDriver verify;
    private final List<Driver> drivers;
    private final Watches watches = new Watches();
    private volatile ClusterView cluster;
    /** Published and not taken in yet, one for each entry. */
    private final List<ClusterView> published = new ArrayList<>();

    private Dirty dirty = new Dirty();
    private boolean over;

    Reign(
            long term,
            ClusterView cluster,
            Proposer proposer,
            Consumer<Runnable> inputs,
            Clock clock,
            Consumer<String> failpoint) {
        this.term = term;
        this.cluster = cluster;
        this.clock = clock;
        this.failpoint = failpoint;
        this.book = new ProposalBook(proposer, task -> inputs.accept(() -> whileOn(task)), term);
        this.liveness = new LivenessDriver(soft, this, this, this::drop);
        this.sessions = new Sessions(this, this::register, soft, liveness);
        this.failover = new FailoverDriver(this);
        this.inSync = new InSyncDriver(this, this, this);
        this.reaper = new ReaperDriver(this, clock.nanos());
        this.verify = new VerifyDriver(soft, this);
        // liveness first: it says what the others have to look at; configurations before moves, so that a destination
        // is told before the move waits
        this.drivers = List.of(
                liveness,
                new ServiceWatch(soft),
                new DiskDriver(this),
                new BrakeDriver(this),
                new RescueDriver(this),
                failover,
                inSync,
                new RepairDriver(this, this),
                new NoteDriver(this),
                new ConfigurationDriver(this),
                new MoveDriver(this),
                new RecoveryDriver(this),
                new AutoDecommissionDriver(this),
                new DecommissionDriver(this),
                new BalanceDriver(this),
                verify,
                reaper);
        for (Node node : cluster.nodes()) {
            liveness.known(node.id());
            dirty.nodeAndAllOnIt(cluster, node.id());
        }
        cluster.partitions().values().forEach(p -> {
            soft.changed(null, p);
            verify.known(p.id());
        });
        timers.add(clock.nanos(), Subject.VERIFY);
    }

    private void whileOn(Runnable task) {
        if (!over) {
            takeIn();
            task.run();
        }
    }

    /** Leading is over: everybody is told. */
    void end(String leaderHint) {
        over = true;
        sessions.closeAll(leaderHint);
        watches.end();
    }

    View view() {
        return new View(cluster, soft, clock.nanos(), clock.millis(), term);
    }

    SoftState soft() {
        return soft;
    }

    /** The state after an entry; it is taken in at the next step, or when an outcome comes that it holds the effects of. */
    void published(ClusterView view) {
        published.add(view);
    }

    private void takeIn() {
        for (ClusterView view : published) {
            takeIn(view);
        }
        published.clear();
    }

    private void takeIn(ClusterView now) {
        ViewDiff diff = ViewDiff.between(cluster, now);
        cluster = now;
        diff.partitions().forEach(c -> {
            soft.changed(c.old(), c.now());
            dirty.partitions.add(c.now() == null ? c.old().id() : c.now().id());
        });
        diff.tables().forEach(c -> redefined(c.now()));
        diff.ops().forEach(c -> op(c.old(), c.now()));
        diff.disks()
                .forEach(c -> dirty.diskAndAllOnIt(
                        now, c.now() == null ? c.old().id() : c.now().id()));
        diff.nodes().forEach(c -> node(c.old(), c.now()));
        if (diff.settings()) {
            dirty.settings = true;
            sessions.broadcast(Sessions.settings(now));
        }
        if (!diff.ops().isEmpty()
                || !diff.partitions().isEmpty()
                || !diff.tables().isEmpty()) {
            reaper.changed();
        }
    }

    private void redefined(Table table) {
        if (table != null) {
            cluster.partitionsOfTable(table.id()).forEach(p -> dirty.partitions.add(p.id()));
        }
    }

    private void op(Op old, Op now) {
        Op op = now == null ? old : now;
        dirty.ops.add(op.id());
        if (op.move() != null) {
            dirty.partitions.add(op.move().partition());
        } else if (op.recovery() != null) {
            dirty.partitions.add(op.recovery().partition());
        } else if (op.absence() != null) {
            dirty.partitions.add(op.absence().partition());
        }
    }

    private void node(Node old, Node now) {
        if (now == null) {
            return;
        }
        liveness.known(now.id());
        dirty.nodeAndAllOnIt(cluster, now.id());
        if (old != null
                && (!old.address().equals(now.address()) || !old.httpAddress().equals(now.httpAddress()))) {
            for (Disk disk : cluster.disksOfNode(now.id())) {
                cluster.partitionsOnDisk(disk.id())
                        .forEach(id -> cluster.partition(id).ifPresent(failover::readdressed));
            }
        }
    }

    void received(NodeLink link, NodeUp message) {
        switch (message.getBodyCase()) {
            case HELLO -> sessions.hello(link, message.getHello());
            case REPORT -> sessions.report(link, message.getReport());
            case PROPOSAL -> {
                int node = sessions.node(link);
                if (node != 0) {
                    liveness.heard(node);
                    inSync.received(node, message.getProposal(), clock.nanos());
                    dirty.partitions.add(message.getProposal().getPartition());
                }
            }
            case BACKUPS -> {
                int node = sessions.node(link);
                if (node != 0) {
                    soft.backups(node, Protos.backups(node, message.getBackups()));
                }
            }
            case BODY_NOT_SET -> {}
        }
    }

    void closed(NodeLink link) {
        sessions.closed(link);
    }

    /** Somebody wants the replicas of these partitions compared. */
    void verify(Collection<Integer> partitions) {
        verify.ask(partitions);
        dirty.verify = true;
    }

    void when(Predicate<View> condition, long deadline, CompletableFuture<Boolean> done) {
        watches.add(condition, deadline, done);
        timers.add(deadline, Subject.WATCH);
    }

    /** The loop was held up: silence meanwhile is its own. */
    void heldUp() {
        liveness.forgive();
        inSync.forgive(clock.nanos());
    }

    /** One step: everything that is dirty or due. */
    void step() {
        takeIn();
        timers.due(clock.nanos()).forEach(dirty::add);
        Dirty now = dirty;
        dirty = new Dirty();
        View view = view();
        for (Driver driver : drivers) {
            driver.step(view, now);
        }
        watches.check(view);
    }

    /** When the next timer is due. */
    OptionalLong next() {
        return timers.next();
    }

    private void drop(int node) {
        sessions.drop(node);
    }

    private void register(Command.RegisterNode command, Consumer<Outcome> then) {
        book.send(command, then);
    }

    @Override
    public ClusterView cluster() {
        return cluster;
    }

    @Override
    public Dirty dirty() {
        return dirty;
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public long nowNanos() {
        return clock.nanos();
    }

    @Override
    public boolean busy(Subject subject) {
        return book.busy(subject);
    }

    @Override
    public boolean propose(Subject subject, Command command) {
        if (book.busy(subject)) {
            return false;
        }
        FailpointNames.before(command).ifPresent(failpoint);
        destination(command).ifPresent(soft::reserve);
        book.propose(subject, command, (settled, accepted) -> settled(subject, settled, accepted));
        return true;
    }

    private static Optional<Integer> destination(Command command) {
        return Optional.ofNullable(
                switch (command) {
                    case Command.StartMove c -> c.disk();
                    case Command.StartSalvage c -> c.disk();
                    default -> null;
                });
    }

    private void settled(Subject subject, Command command, boolean accepted) {
        destination(command).ifPresent(soft::release);
        if (accepted) {
            dirty.add(subject);
        } else {
            timers.add(clock.nanos() + RETRY.toNanos(), subject);
        }
    }

    @Override
    public Collection<Command> outstanding() {
        return book.outstanding();
    }

    @Override
    public boolean reachable(int node) {
        return sessions.complete(node);
    }

    @Override
    public void send(int node, NodeDown.Builder message) {
        sessions.send(node, message);
    }

    @Override
    public void wakeAt(long nanos, Subject subject) {
        timers.add(nanos, subject);
    }

    @Override
    public void passing(String name) {
        failpoint.accept(name);
    }
}
