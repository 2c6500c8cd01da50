package io.kintsugi.master.state;

import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Setting;
import java.util.Map;
import org.pcollections.TreePMap;

/**
 * What is kept for a bounded time or number: answers to request ids, and ended ops. A few are forgotten with each command, so that no
 * command has much to do.
 */
final class Retention {
    static final long REQUEST_MILLIS = 600_000;
    static final int MAX_REQUESTS = 100_000;
    static final int MAX_ENDED_OPS = 100_000;
    /** With each command: more than one can add. */
    static final int STEP = 4;
    /** With each tick. */
    static final int TICK_STEP = 256;

    private Retention() {}

    static void expire(Transaction tx, int steps) {
        for (int i = 0; i < steps && expireRequest(tx); i++) {}
        for (int i = 0; i < steps && expireOp(tx); i++) {}
    }

    private static boolean expireRequest(Transaction tx) {
        TreePMap<Long, Request> requests = tx.state().rows(Schema.REQUESTS);
        if (requests.isEmpty()) {
            return false;
        }
        Map.Entry<Long, Request> oldest = requests.firstEntry();
        boolean due = tx.now() - oldest.getValue().answeredAt() >= REQUEST_MILLIS || requests.size() > MAX_REQUESTS;
        if (due) {
            tx.remove(Schema.REQUESTS, oldest.getKey());
        }
        return due;
    }

    /** An op goes after its parts have gone; parts of an op that runs stay, since its progress is counted from them. */
    private static boolean expireOp(Transaction tx) {
        State state = tx.state();
        if (state.indexes().endedRoots.isEmpty()) {
            return false;
        }
        Map.Entry<Indexes.Ended, Op> oldest = state.indexes().endedRoots.firstEntry();
        int ended = state.ops().size() - state.openOps().size();
        long age = tx.now() - oldest.getKey().endedAt();
        boolean due = age >= state.settings().get(Setting.ENDED_OP_RETENTION_MS) || ended > MAX_ENDED_OPS;
        if (due) {
            tx.remove(Schema.OPS, firstPart(state, oldest.getValue()).id());
        }
        return due;
    }

    private static Op firstPart(State state, Op op) {
        Op part = op;
        while (!state.children(part.id()).isEmpty()) {
            part = state.children(part.id()).iterator().next();
        }
        return part;
    }
}
