package io.kintsugi.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Sessions by partition. A session is (client id, sequence) with at most one write on the way, so its writes reach the log in the order
 * of their sequence and a replica needs to remember one answer a session. Concurrent writes use sessions of their own.
 */
final class Sessions {
    /** Used by one write at a time. */
    static final class Session {
        final long id;
        private long sequence;

        Session(long id) {
            this.id = id;
        }

        long next() {
            return ++sequence;
        }
    }

    private final LongSupplier ids;
    private final Map<Integer, Deque<Session>> idle = new HashMap<>();

    Sessions(LongSupplier ids) {
        this.ids = ids;
    }

    synchronized Session take(int partition) {
        Deque<Session> free = idle.get(partition);
        Session session = free == null ? null : free.pollLast();
        return session == null ? new Session(ids.getAsLong()) : session;
    }

    /** Gives a session back after its write has an outcome, even an unknown one: a late copy of it has a lower sequence than what follows. */
    synchronized void giveBack(int partition, Session session) {
        idle.computeIfAbsent(partition, p -> new ArrayDeque<>()).addLast(session);
    }
}
