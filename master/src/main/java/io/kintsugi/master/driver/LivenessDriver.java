package io.kintsugi.master.driver;

import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.NodeFacts;
import io.kintsugi.master.view.SoftState;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.List;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which datanodes live. One is dead when its stream has been gone for {@code NodeDeadTimeoutMs}, or open and silent for longer. Nobody is
 * judged before this leader has full reports from a majority of the known nodes, or has led for {@link #JUDGE_BOUND}.
 */
final class LivenessDriver implements Driver {
    static final Duration JUDGE_BOUND = Duration.ofSeconds(5);
    static final Duration SILENCE = Duration.ofSeconds(3);
    /** What a node has at least to find a new leader. */
    static final Duration FIND_LEADER = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(LivenessDriver.class);

    private final SoftState soft;
    private final LoopState loop;
    private final Alarms alarms;
    private final IntConsumer drop;
    private final long began;

    /** @param drop ends a node's stream */
    LivenessDriver(SoftState soft, LoopState loop, Alarms alarms, IntConsumer drop) {
        this.soft = soft;
        this.loop = loop;
        this.alarms = alarms;
        this.drop = drop;
        this.began = loop.nowNanos();
        alarms.wakeAt(began + JUDGE_BOUND.toNanos(), Subject.JUDGE);
    }

    /** A node that is known from before this leader's time, or was just registered. */
    void known(int node) {
        if (soft.node(node).isEmpty()) {
            put(node, Liveness.UNKNOWN, false, false, loop.nowNanos());
            loop.dirty().nodes.add(node);
        }
    }

    void connected(int node) {
        alive(node, true, false);
    }

    void complete(int node) {
        alive(node, true, true);
    }

    void heard(int node) {
        boolean complete = soft.node(node).filter(NodeFacts::complete).isPresent();
        alive(node, true, complete);
    }

    void disconnected(int node) {
        Liveness now = soft.liveness(node);
        put(node, now, false, false, loop.nowNanos());
        loop.dirty().nodes.add(node);
    }

    /** The loop itself has been held up: what wasn't heard meanwhile says nothing about the nodes. */
    void forgive() {
        long now = loop.nowNanos();
        for (NodeFacts f : soft.nodes()) {
            put(f.node(), f.liveness(), f.connected(), f.complete(), now);
        }
    }

    @Override
    public void step(View view, Dirty d) {
        if (!soft.judging() && mayJudge(view)) {
            soft.judge();
            for (Node node : view.cluster().nodes()) {
                d.nodeAndAllOnIt(view.cluster(), node.id());
            }
        }
        for (int node : List.copyOf(d.nodes)) {
            judge(view, d, node);
        }
    }

    private boolean mayJudge(View view) {
        long complete = view.cluster().nodes().stream()
                .filter(n -> soft.node(n.id()).filter(NodeFacts::complete).isPresent())
                .count();
        return complete * 2 > view.cluster().nodes().size() || loop.nowNanos() - began >= JUDGE_BOUND.toNanos();
    }

    private void judge(View view, Dirty d, int node) {
        NodeFacts facts = soft.node(node).orElse(null);
        if (facts == null || facts.liveness() == Liveness.DEAD) {
            return;
        }
        long deadTimeout =
                Duration.ofMillis(view.setting(Setting.NODE_DEAD_TIMEOUT_MS)).toNanos();
        long patience;
        if (facts.connected()) {
            patience = Math.max(SILENCE.toNanos(), deadTimeout);
        } else if (facts.liveness() == Liveness.UNKNOWN) {
            patience = Math.max(FIND_LEADER.toNanos(), deadTimeout);
        } else {
            patience = deadTimeout;
        }
        long deadline = facts.heardNanos() + patience;
        long now = loop.nowNanos();
        if (deadline - now > 0) {
            alarms.wakeAt(deadline, Subject.node(node));
        } else if (soft.judging()) {
            LOG.warn(
                    "datanode {} is dead: {}",
                    view.nodeName(node),
                    facts.connected() ? "silent" : "its stream is gone");
            put(node, Liveness.DEAD, false, false, facts.heardNanos());
            d.nodeAndAllOnIt(view.cluster(), node);
            if (facts.connected()) {
                drop.accept(node);
            }
        }
    }

    private void alive(int node, boolean connected, boolean complete) {
        NodeFacts old = soft.node(node).orElse(null);
        put(node, Liveness.ALIVE, connected, complete, loop.nowNanos());
        if (old == null || !old.alive() || old.complete() != complete || old.connected() != connected) {
            loop.dirty().nodeAndAllOnIt(loop.cluster(), node);
        }
    }

    private void put(int node, Liveness liveness, boolean connected, boolean complete, long heard) {
        NodeFacts old = soft.node(node).orElse(null);
        long since = old != null && old.liveness() == liveness ? old.sinceNanos() : loop.nowNanos();
        soft.put(new NodeFacts(node, liveness, connected, complete, heard, since));
    }
}
