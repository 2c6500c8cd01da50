package io.kintsugi.common.failpoint;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Named points in a process where a test may stop it: at each persist and each send. One instance a process (or a server in a JVM of
 * several). It
 * does nothing, and refuses to be armed, unless the process was started with {@code --failpoints}.
 */
public final class Failpoints {
    /** What happens to a thread that comes by. */
    public enum Action {
        /** Nothing; hits are counted. */
        OFF,
        /** The thread waits until the point is armed otherwise. */
        PAUSE,
        /** The process ends at once: nothing is flushed, no hook runs. */
        EXIT;

        /** @throws IllegalArgumentException names the text and what is possible */
        public static Action parse(String text) {
            for (Action action : values()) {
                if (action.text().equals(text)) {
                    return action;
                }
            }
            throw new IllegalArgumentException("action '" + text + "' is unknown: use pause, exit or off");
        }

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What is known about one point. */
    public record Status(Action action, long hits, int paused) {}

    private static final Logger LOG = LoggerFactory.getLogger(Failpoints.class);
    private static final int EXIT_STATUS = 137;

    private final boolean allowed;
    private final Runnable exit;
    private volatile boolean declared;
    private final Map<String, Point> points = new ConcurrentHashMap<>();

    /** @param allowed whether points may be armed; hits of a disallowed instance cost one branch */
    public Failpoints(boolean allowed) {
        this(allowed, () -> Runtime.getRuntime().halt(EXIT_STATUS));
    }

    /** @param exit what EXIT does instead of ending the JVM: for several servers in one JVM */
    public Failpoints(boolean allowed, Runnable exit) {
        this.allowed = allowed;
        this.exit = exit;
    }

    /** One that never does anything. */
    public static Failpoints none() {
        return new Failpoints(false);
    }

    /**
     * Names points of this process: they are listed before anybody came by, and no others can be armed.
     *
     * @param constants a class whose public text constants are the names
     */
    public Failpoints declare(Class<?> constants) {
        try {
            for (Field field : constants.getFields()) {
                if (field.getType() == String.class && Modifier.isStatic(field.getModifiers())) {
                    point((String) field.get(null));
                }
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a public constant of " + constants + " can't be read", e);
        }
        declared = true;
        return this;
    }

    public boolean allowed() {
        return allowed;
    }

    /** Marks the place. Returns at once unless the point is armed. */
    public void hit(String name) {
        if (allowed) {
            point(name).pass(name, exit);
        }
    }

    /**
     * @throws IllegalStateException when not allowed
     * @throws IllegalArgumentException when the points of this process are declared, and this isn't one
     */
    public void set(String name, Action action) {
        if (!allowed) {
            throw new IllegalStateException("failpoints are off: start the process with --failpoints");
        }
        if (declared && !points.containsKey(name)) {
            throw new IllegalArgumentException(
                    "this process has no failpoint '" + name + "': it has " + list().keySet());
        }
        LOG.info("failpoint {} is now {}", name, action.text());
        point(name).arm(action);
    }

    /** Every point that is declared, or was hit or armed so far. */
    public Map<String, Status> list() {
        Map<String, Status> all = new TreeMap<>();
        points.forEach((name, point) -> all.put(name, point.status()));
        return all;
    }

    private Point point(String name) {
        return points.computeIfAbsent(name, n -> new Point());
    }

    private static final class Point {
        private final AtomicLong hits = new AtomicLong();
        private volatile Action action = Action.OFF;
        private int paused;

        void pass(String name, Runnable exit) {
            hits.incrementAndGet();
            switch (action) {
                case OFF -> {}
                case EXIT -> exit.run();
                case PAUSE -> await(name, exit);
            }
        }

        private synchronized void await(String name, Runnable exit) {
            LOG.info("failpoint {}: paused", name);
            paused++;
            boolean interrupted = false;
            try {
                while (action == Action.PAUSE) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        interrupted = true;
                        break;
                    }
                }
            } finally {
                paused--;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            } else if (action == Action.EXIT) {
                exit.run();
            }
        }

        synchronized void arm(Action next) {
            action = next;
            notifyAll();
        }

        synchronized Status status() {
            return new Status(action, hits.get(), paused);
        }
    }
}
