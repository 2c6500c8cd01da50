package io.kintsugi.sim.world;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A process on a machine: it is up or down, and may be paused while it is up. Everything that it does is a task of one <em>life</em>, from
 * a start to the next crash; what an earlier life scheduled never runs. What comes due or arrives in a pause is held back, and is taken
 * late, in order.
 */
public final class Process {
    private final World world;
    private final String name;
    private final SimClock clock;
    private final List<Runnable> held = new ArrayList<>();
    private final List<Runnable> crashes = new ArrayList<>();
    private final List<Runnable> changes = new ArrayList<>();
    private final Map<String, Integer> killAt = new HashMap<>();
    private boolean up;
    private boolean paused;
    private long life;

    /** Down until {@link #start}. */
    public Process(World world, String name) {
        this.world = world;
        this.name = name;
        this.clock = new SimClock(world);
    }

    public World world() {
        return world;
    }

    public String name() {
        return name;
    }

    public SimClock clock() {
        return clock;
    }

    public boolean up() {
        return up;
    }

    public boolean paused() {
        return paused;
    }

    /** Numbers from 1; another one after each start and each crash. */
    public long life() {
        return life;
    }

    /** Whether this life goes on. */
    public boolean lives(long which) {
        return up && life == which;
    }

    /** For ports: what a life does after its end must not happen. */
    public void check(long which) {
        if (!lives(which)) {
            throw new Killed(name);
        }
    }

    /** A new life; the owner then makes the objects that live in it. */
    public void start() {
        if (up) {
            throw new IllegalStateException(name + " is up");
        }
        up = true;
        life++;
        world.note(name, () -> "starts, life " + life);
        changed();
    }

    /** Like kill -9. */
    public void crash() {
        if (!up) {
            return;
        }
        up = false;
        paused = false;
        life++;
        held.clear();
        killAt.clear();
        world.note(name, () -> "crashes");
        List.copyOf(crashes).forEach(Runnable::run);
        changed();
    }

    /** Told after each start, crash, pause and end of a pause, for ever. */
    public void onChange(Runnable listener) {
        changes.add(listener);
    }

    private void changed() {
        changes.forEach(Runnable::run);
    }

    /** Told at the moment of each crash, for ever. */
    public void onCrash(Runnable listener) {
        crashes.add(listener);
    }

    /** Like SIGSTOP. */
    public void pause() {
        if (up && !paused) {
            paused = true;
            world.note(name, () -> "pauses");
            changed();
        }
    }

    /** Like SIGCONT: what was held back comes now, before anything that comes due later. */
    public void resume() {
        if (paused) {
            paused = false;
            world.note(name, () -> "resumes");
            long of = life;
            List<Runnable> late = List.copyOf(held);
            held.clear();
            late.forEach(task -> world.after(0, "late", name, () -> run(of, task)));
            changed();
        }
    }

    /** Runs it in this life after so many nanoseconds by this machine's clock. */
    public void after(long ownNanos, String kind, Runnable task) {
        afterTrue(clock.trueNanos(ownNanos), kind, name, life, task);
    }

    /** Runs it in the life given, if that goes on then, after so many nanoseconds of true time. */
    public void afterTrue(long nanos, String kind, String subject, long of, Runnable task) {
        world.after(nanos, kind, subject, () -> run(of, task));
    }

    /** Runs a task of this life now; in a pause it is held back. */
    public void run(long of, Runnable task) {
        if (!lives(of)) {
            return;
        }
        if (paused) {
            held.add(task);
            return;
        }
        try {
            task.run();
        } catch (Killed end) {
            if (lives(of)) {
                throw new IllegalStateException("killed, and yet " + name + " lives: another's port was used", end);
            }
        }
    }

    /** The process dies where it passes this failpoint for the n-th time from now on. */
    public void killAt(String failpoint, int nth) {
        killAt.put(failpoint, nth);
    }

    /** Disarms all. */
    public void killNowhere() {
        killAt.clear();
    }

    /** Whether one that was armed in this life hasn't been reached. */
    public boolean killPending() {
        return !killAt.isEmpty();
    }

    /** The product passes a failpoint. */
    public void failpoint(String point) {
        Integer left = killAt.get(point);
        if (left == null) {
            return;
        }
        if (left > 1) {
            killAt.put(point, left - 1);
            return;
        }
        world.count("fault.failpoint", name);
        world.note(name, () -> "is killed at " + point);
        crash();
        throw new Killed(name);
    }
}
