package io.kintsugi.master.sim;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.driver.ControlLoop;
import io.kintsugi.master.driver.LoopExecutor;
import io.kintsugi.master.driver.NodeLink;
import io.kintsugi.master.port.ProposalException;
import io.kintsugi.master.port.Proposer;
import io.kintsugi.master.state.Applied;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.master.state.MasterCore;
import io.kintsugi.master.transport.AdminService;
import io.kintsugi.proto.NodeUp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The master group: one real core, and the control loop of whoever leads. Leaders can be killed, at failpoints too. */
public final class SimMasters {
    private static final Duration COMMIT = Duration.ofMillis(2);
    private static final Duration ELECTION = Duration.ofMillis(600);

    /** Ends the leader in the middle of what it does. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** One leader's time. */
    private final class Leader implements Proposer {
        private final long term;
        private final LoopExecutor executor = world.executor();
        private final ControlLoop loop;
        private final AdminService service;
        private boolean alive = true;

        Leader(long term) {
            this.term = term;
            this.loop = new ControlLoop(this, () -> "", world, name -> failpoint(this, name), guarded(this, executor));
            this.service = new AdminService(this, () -> state, loop);
        }

        @Override
        public CompletableFuture<Outcome> propose(String requestId, long decidedIn, String by, Command command) {
            CompletableFuture<Outcome> outcome = new CompletableFuture<>();
            Envelope envelope = new Envelope(requestId, decidedIn, world.millis(), by, command);
            world.after(COMMIT, () -> {
                if (!alive) {
                    outcome.completeExceptionally(new ProposalException("NOT_LEADER", "it is dead", null));
                    return;
                }
                Outcome applied = apply(term, envelope);
                loop.published(state);
                outcome.complete(applied);
            });
            return outcome;
        }
    }

    private final World world;
    private final MasterCore core = new MasterCore();
    private final List<Consumer<ClusterState>> laws = new ArrayList<>();
    private final List<String> passed = new ArrayList<>();
    private ClusterState state = core.empty();
    private long index;
    private Leader leader;
    private String killAt = "";
    private String failAt = "";

    /** What an operator asks of whoever leads. */
    public CompletableFuture<Outcome> ask(Command command) {
        return leader.propose("", 0, "operator", command);
    }

    public SimMasters(World world) {
        this.world = world;
        apply(1, new Envelope("", 0, world.millis(), "test", new Command.InitCluster("c1", 1)));
        lead(1);
    }

    private void lead(long term) {
        leader = new Leader(term);
        leader.loop.leaderReady(term, state);
    }

    private Outcome apply(long term, Envelope envelope) {
        Applied applied = core.apply(new LogPosition(term, ++index), List.of(envelope));
        state = applied.state();
        laws.forEach(law -> law.accept(state));
        return applied.outcomes().get(0);
    }

    /** An exception that kills the leader ends its task, and all its later ones. */
    private static LoopExecutor guarded(Leader of, LoopExecutor executor) {
        return new LoopExecutor() {
            @Override
            public void execute(Runnable task) {
                executor.execute(() -> run(task));
            }

            @Override
            public void schedule(long delayNanos, Runnable task) {
                executor.schedule(delayNanos, () -> run(task));
            }

            private void run(Runnable task) {
                if (of.alive) {
                    try {
                        task.run();
                    } catch (Killed e) {
                        of.alive = false;
                    }
                }
            }

            @Override
            public void close() {
                executor.close();
            }
        };
    }

    private void failpoint(Leader at, String name) {
        passed.add(name);
        if (name.equals(failAt)) {
            failAt = "";
            throw new IllegalStateException("an error of the loop's own, at " + name);
        }
        if (name.equals(killAt)) {
            killAt = "";
            at.alive = false;
            world.after(ELECTION, () -> lead(at.term + 1));
            throw new Killed();
        }
    }

    /** The leader dies when it passes there next; another takes over. */
    public void killLeaderAt(String failpoint) {
        killAt = failpoint;
    }

    /** The control loop runs into an error when it passes there next. */
    public void failLoopAt(String failpoint) {
        failAt = failpoint;
    }

    public void killLeader() {
        leader.alive = false;
        long next = leader.term + 1;
        world.after(ELECTION, () -> lead(next));
    }

    public boolean killPending() {
        return !killAt.isEmpty();
    }

    /** Failpoints passed so far, in order. */
    public List<String> passed() {
        return passed;
    }

    /** Called with the state after every entry. */
    public void law(Consumer<ClusterState> check) {
        laws.add(check);
    }

    public ClusterState state() {
        return state;
    }

    public long term() {
        return leader.term;
    }

    /** Null when nobody leads. */
    public ControlLoop loop() {
        return leader.alive ? leader.loop : null;
    }

    public AdminService service() {
        return leader.service;
    }

    /** A stream to whoever leads now; null when nobody does. */
    public Stream connect(NodeLink link) {
        return leader.alive ? new Stream(leader, link) : null;
    }

    /** A datanode's stream: ends with its leader. */
    public final class Stream {
        private final Leader of;
        private final NodeLink link;

        private Stream(Leader of, NodeLink link) {
            this.of = of;
            this.link = link;
        }

        public boolean open() {
            return of.alive;
        }

        public void send(NodeUp message) {
            if (of.alive) {
                of.loop.received(link, message);
            }
        }

        public void close() {
            if (of.alive) {
                of.loop.closed(link);
            }
        }
    }
}
