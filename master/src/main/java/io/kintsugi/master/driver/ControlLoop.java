package io.kintsugi.master.driver;

import io.kintsugi.common.Clock;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.port.LeaderListener;
import io.kintsugi.master.port.Leadership;
import io.kintsugi.master.port.Proposer;
import io.kintsugi.master.view.View;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeUp;
import io.kintsugi.proto.Refusal;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's control loop: one thread that owns the soft state. Every input is a task of that thread; a step of all drivers follows when the
 * inputs that are in have been taken. Methods may be called from any thread and return at once.
 */
public final class ControlLoop implements LeaderListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);
    /** A timer that comes so late says that this thread or process was held up. */
    private static final Duration HELD_UP = Duration.ofMillis(500);

    private static final Duration AFRESH = Duration.ofSeconds(1);

    private final Proposer proposer;
    private final Leadership leadership;
    private final Clock clock;
    private final Consumer<String> failpoint;
    private final LoopExecutor executor;
    private volatile Reign reign;
    /** 0 while this master doesn't lead. */
    private long leadingTerm;

    private ClusterView newest;
    private boolean stepScheduled;
    private long wakeNanos;
    private boolean wakeScheduled;

    public ControlLoop(
            Proposer proposer, Leadership leadership, Clock clock, Consumer<String> failpoint, LoopExecutor executor) {
        this.proposer = proposer;
        this.leadership = leadership;
        this.clock = clock;
        this.failpoint = failpoint;
        this.executor = executor;
    }

    @Override
    public void leaderReady(long term, ClusterView view) {
        input(() -> {
            endReign();
            LOG.info("leading in term {}", term);
            leadingTerm = term;
            newest = view;
            reign = new Reign(term, view, proposer, this::input, clock, failpoint);
        });
    }

    @Override
    public void leaderLost() {
        input(() -> {
            leadingTerm = 0;
            endReign();
        });
    }

    @Override
    public void published(ClusterView view) {
        input(() -> {
            newest = view;
            if (reign != null) {
                reign.published(view);
            }
        });
    }

    /** A datanode said something on its stream; the first message is its Hello. */
    public void received(NodeLink link, NodeUp message) {
        input(() -> {
            if (reign != null) {
                reign.received(link, message);
            } else {
                Refusal refusal = Refusal.newBuilder()
                        .setReason("NOT_LEADER")
                        .setMessage("this master doesn't lead")
                        .setLeaderHint(leadership.leaderGrpcAddress())
                        .build();
                link.send(NodeDown.newBuilder().setRefusal(refusal).build());
                link.close();
            }
        });
    }

    /** A datanode's stream has ended. */
    public void closed(NodeLink link) {
        input(() -> {
            if (reign != null) {
                reign.closed(link);
            }
        });
    }

    /** What the leader sees now; empty when this master doesn't lead, or isn't ready to. */
    public Optional<View> view() {
        Reign present = reign;
        return present == null ? Optional.empty() : Optional.of(present.view());
    }

    /** Completes with true once the condition holds in a step, with false after the timeout or when this master leads no more. */
    public CompletableFuture<Boolean> when(Predicate<View> condition, Duration timeout) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        input(() -> {
            if (reign == null) {
                done.complete(false);
            } else {
                reign.when(condition, clock.nanos() + timeout.toNanos(), done);
            }
        });
        return done;
    }

    /** Tells a datanode something, if it attends; what comes of it, its reports show. */
    public void send(int node, NodeDown.Builder message) {
        input(() -> {
            if (reign != null) {
                reign.send(node, message);
            }
        });
    }

    /** Has the replicas of these partitions compared; what comes of it, the view shows. */
    public void verify(Collection<Integer> partitions) {
        input(() -> {
            if (reign != null) {
                reign.verify(partitions);
            }
        });
    }

    @Override
    public void close() {
        executor.execute(() -> {
            endReign();
            executor.close();
        });
    }

    private void endReign() {
        if (reign != null) {
            LOG.info("leading in term {} is over", reign.term());
            reign.end(leadership.leaderGrpcAddress());
            reign = null;
        }
    }

    private void input(Runnable task) {
        executor.execute(() -> {
            supervised(task);
            scheduleStep();
        });
    }

    /** An error of the loop's own must not end it silently: it goes on without the memory that led there, which reports fill again. */
    private void supervised(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("the control loop failed; it starts afresh in {}", AFRESH, e);
            long term = leadingTerm;
            endReign();
            executor.schedule(AFRESH.toNanos(), () -> {
                if (reign == null && term != 0 && term == leadingTerm) {
                    reign = new Reign(term, newest, proposer, this::input, clock, failpoint);
                    scheduleStep();
                }
            });
        }
    }

    private void scheduleStep() {
        if (!stepScheduled) {
            stepScheduled = true;
            executor.execute(this::step);
        }
    }

    private void step() {
        stepScheduled = false;
        if (reign != null) {
            supervised(reign::step);
        }
        if (reign != null) {
            reign.next().ifPresent(this::wake);
        }
    }

    private void wake(long nanos) {
        if (wakeScheduled && wakeNanos - nanos <= 0) {
            return;
        }
        wakeScheduled = true;
        wakeNanos = nanos;
        executor.schedule(Math.max(0, nanos - clock.nanos()), () -> woken(nanos));
    }

    private void woken(long nanos) {
        wakeScheduled = wakeScheduled && wakeNanos != nanos;
        if (reign != null && clock.nanos() - nanos > HELD_UP.toNanos()) {
            LOG.warn(
                    "the control loop was held up for {} ms",
                    Duration.ofNanos(clock.nanos() - nanos).toMillis());
            reign.heldUp();
        }
        step();
    }
}
