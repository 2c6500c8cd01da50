package io.kintsugi.master.rebuild;

import io.kintsugi.common.Clock;
import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.plan.rebuild.Collected;
import io.kintsugi.master.plan.rebuild.Hint;
import io.kintsugi.master.plan.rebuild.NodeAnswer;
import io.kintsugi.master.plan.rebuild.RebuildPlan;
import io.kintsugi.master.plan.rebuild.ResultCode;
import io.kintsugi.master.rebuild.RebuildStatus.Phase;
import io.kintsugi.master.state.InitialState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to recover the metadata, from the first question to the new group: collect, plan, fence, collect and plan again, commit. Until the
 * commit nothing but fences is changed, so whatever ends it, it can be asked for again. Runs in one thread, with others that ask datanodes.
 */
final class Rebuild implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);

    private final Inventories inventories;
    private final NewGroup group;
    private final ExecutorService askers;
    private final Clock clock;
    private final Consumer<String> failpoint;
    private volatile RebuildStatus status;

    /** @param askers how many threads it has is how many datanodes are asked at a time, which bounds what is held of them */
    Rebuild(
            String id,
            RebuildRequest request,
            Inventories inventories,
            NewGroup group,
            ExecutorService askers,
            Clock clock,
            Consumer<String> failpoint) {
        this.inventories = inventories;
        this.group = group;
        this.askers = askers;
        this.clock = clock;
        this.failpoint = failpoint;
        status = new RebuildStatus(id, request, Phase.COLLECTING, 0, 0, clock.millis(), 0, "", "", null);
    }

    RebuildStatus status() {
        return status;
    }

    @Override
    public void run() {
        try {
            steps();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ended("ERR_INTERRUPTED", "this master is stopping: nothing was made");
        } catch (RuntimeException e) { // the operator is to hear of it
            LOG.error("the recovery {} failed", status.id(), e);
            ended("ERR_FAILED", "an error of the master's own: " + e);
        } finally {
            group.release();
        }
    }

    private void steps() throws InterruptedException {
        RebuildRequest request = status.request();
        Map<String, String> clusters = new HashMap<>();
        planned(RebuildPlan.of(collect(clusters), request.options()));
        RebuildPlan first = status.plan();
        if (first.result() != ResultCode.ERR_OK || request.dryRun()) {
            ended(first.result().name(), "");
            return;
        }
        phase(Phase.FENCING);
        failpoint.accept(FailpointNames.REBUILD_FENCE);
        List<Hint> unfenced = fence(first, clusters);
        if (!unfenced.isEmpty()) {
            planned(first.with(unfenced));
            ended(ResultCode.ERR_TRY_AGAIN.name(), "");
            return;
        }
        phase(Phase.COLLECTING_AGAIN);
        failpoint.accept(FailpointNames.REBUILD_COLLECT_AGAIN);
        planned(RebuildPlan.fenced(collect(clusters), request.options(), first.generation()));
        RebuildPlan plan = status.plan();
        if (plan.result() != ResultCode.ERR_OK) {
            ended(plan.result().name(), "");
            return;
        }
        phase(Phase.COMMITTING);
        failpoint.accept(FailpointNames.REBUILD_COMMIT);
        InitialState state = state(plan, clock.millis());
        List<String> violations = state.violations();
        if (!violations.isEmpty()) {
            LOG.error("the rebuilt state of recovery {} isn't sound: {}", status.id(), violations);
            ended("ERR_FAILED", "what would be made isn't sound, so nothing was made: " + violations.getFirst());
            return;
        }
        group.begin(state);
        LOG.info(
                "recovery {} made generation {} of cluster {}: {} tables, {} partitions",
                status.id(),
                plan.generation(),
                plan.clusterId(),
                plan.tables().size(),
                plan.partitions().size());
        ended(ResultCode.ERR_OK.name(), "");
    }

    /** What the new masters begin with. @param plan one that may be carried out @param now milliseconds since the epoch */
    static InitialState state(RebuildPlan plan, long now) {
        RebuildPlan placed = plan.placed();
        return new InitialState(
                new Cluster(placed.clusterId(), placed.generation(), now, now),
                placed.nodesets(),
                placed.nodes(),
                placed.disks(),
                placed.settingsRevision(),
                placed.settings(),
                placed.tables(),
                placed.partitions(),
                placed.given());
    }

    /** Asks all at once, as many at a time as there are threads. @param clusters gets the cluster of each address that says one */
    private Collected collect(Map<String, String> clusters) throws InterruptedException {
        Collected collected = new Collected();
        List<Future<?>> asked = new ArrayList<>();
        for (String address : new TreeSet<>(status.request().nodes())) {
            asked.add(askers.submit(() -> {
                inventories.collect(address, page -> merge(collected, page, clusters));
                answered();
            }));
        }
        join(asked);
        return collected;
    }

    private synchronized void merge(Collected collected, NodeAnswer page, Map<String, String> clusters) {
        collected.merge(page);
        if (!page.clusterId().isEmpty()) {
            clusters.put(page.address(), page.clusterId());
        }
        long told = page.tables().stream().mapToLong(t -> t.replicas().size()).sum();
        update(status.phase(), status.answered(), status.replicas() + told, status.plan());
    }

    /** @return what is wrong: whoever answered and isn't fenced may still heed the masters of before */
    private List<Hint> fence(RebuildPlan plan, Map<String, String> clusters) throws InterruptedException {
        List<Hint> wrong = new ArrayList<>();
        List<Future<?>> asked = new ArrayList<>();
        new TreeSet<>(clusters.keySet()).forEach(address -> {
            if (clusters.get(address).equals(plan.clusterId())) {
                asked.add(askers.submit(() -> {
                    String error = inventories.fence(address, plan.clusterId(), plan.generation(), status.id());
                    if (!error.isEmpty()) {
                        add(wrong, Hint.unfenced(address, error));
                    }
                    answered();
                }));
            }
        });
        join(asked);
        return wrong;
    }

    private synchronized void add(List<Hint> hints, Hint hint) {
        hints.add(hint);
    }

    private static void join(List<Future<?>> asked) throws InterruptedException {
        for (Future<?> one : asked) {
            try {
                one.get();
            } catch (java.util.concurrent.ExecutionException e) {
                throw new IllegalStateException("asking a datanode", e.getCause());
            }
        }
    }

    private synchronized void answered() {
        update(status.phase(), status.answered() + 1, status.replicas(), status.plan());
    }

    private synchronized void phase(Phase next) {
        update(next, 0, 0, status.plan());
    }

    private synchronized void planned(RebuildPlan plan) {
        update(status.phase(), status.answered(), status.replicas(), plan);
    }

    private void update(Phase phase, int answered, long replicas, @Nullable RebuildPlan plan) {
        RebuildStatus s = status;
        status = new RebuildStatus(s.id(), s.request(), phase, answered, replicas, s.startedAt(), 0, "", "", plan);
    }

    private synchronized void ended(String result, String message) {
        RebuildStatus s = status;
        status = new RebuildStatus(
                s.id(),
                s.request(),
                Phase.ENDED,
                s.answered(),
                s.replicas(),
                s.startedAt(),
                clock.millis(),
                result,
                message,
                s.plan());
        LOG.info("recovery {} ends: {} {}", s.id(), result, message);
    }
}
