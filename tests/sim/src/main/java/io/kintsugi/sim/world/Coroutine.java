package io.kintsugi.sim.world;

import java.util.concurrent.Semaphore;

/**
 * Work of the product that is written down in one piece and waits on the way. It has a thread of its own, which runs only while the thread of
 * the simulation stands still for it, from {@link #resume} until it waits again or ends: so one thread runs at any time, and the simulation
 * says which.
 */
public final class Coroutine {
    private static final ThreadLocal<Coroutine> CURRENT = new ThreadLocal<>();

    private final Semaphore itsTurn = new Semaphore(0);
    private final Semaphore ourTurn = new Semaphore(0);
    private final Thread thread;
    private Throwable end;
    private boolean ended;
    private boolean killed;

    /** Begins with the first {@link #resume}. */
    public Coroutine(Runnable work) {
        thread = Thread.ofVirtual().unstarted(() -> run(work));
    }

    /** The border of its thread: what it ends with is thrown where it was resumed. */
    private void run(Runnable work) {
        CURRENT.set(this);
        try {
            work.run();
        } catch (Throwable e) {
            end = e;
        } finally {
            ended = true;
            ourTurn.release();
        }
    }

    /** The one that this is called in; null for none. */
    public static Coroutine current() {
        return CURRENT.get();
    }

    /** To be called in it: stands still until it is resumed. */
    public void await() {
        ourTurn.release();
        itsTurn.acquireUninterruptibly();
        if (killed) {
            throw new Killed("coroutine");
        }
    }

    /** Lets it go on until it waits or ends. Throws what it ends with. */
    public void resume() {
        if (ended) {
            throw new IllegalStateException("it has ended");
        }
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        } else {
            itsTurn.release();
        }
        ourTurn.acquireUninterruptibly();
        switch (end) {
            case null -> {}
            case Error e -> throw e;
            case RuntimeException e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    public boolean ended() {
        return ended;
    }

    /** Its process is dead: whatever it waits for ends with {@link Killed}, whatever it does then is of no effect. */
    public void kill() {
        if (ended || thread.getState() == Thread.State.NEW || this == current()) {
            return;
        }
        killed = true;
        try {
            resume();
        } catch (Killed expected) {
            return; // that is how it ends
        }
    }
}
