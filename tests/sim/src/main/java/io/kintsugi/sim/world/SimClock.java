package io.kintsugi.sim.world;

import io.kintsugi.common.Clock;

/** One machine's clocks: they may run fast or slow, the wall clock may also jump. Monotonic time goes on while a process is down. */
public final class SimClock implements Clock {
    private static final long EPOCH_MILLIS = 1_700_000_000_000L;

    private final World world;
    private double rate = 1;
    private long anchor;
    private double nanosAtAnchor;
    private long jumpedMillis;
    private long furthestNanos;

    SimClock(World world) {
        this.world = world;
    }

    @Override
    public long nanos() {
        return (long) (nanosAtAnchor + (world.now() - anchor) * rate);
    }

    @Override
    public long millis() {
        return EPOCH_MILLIS + jumpedMillis + nanos() / 1_000_000;
    }

    /** From now on this many own seconds pass in a true one. */
    public void rate(double perTrueSecond) {
        wallErrorNanos();
        nanosAtAnchor += (world.now() - anchor) * rate;
        anchor = world.now();
        rate = perTrueSecond;
    }

    /** Monotonic time stays as it is. */
    public void jumpWall(long millis) {
        wallErrorNanos();
        jumpedMillis += millis;
        wallErrorNanos();
    }

    /** The furthest that the wall clock was ever from true time. */
    public long wallErrorNanos() {
        // it moves straight from one call of this to the next
        furthestNanos = Math.max(furthestNanos, Math.abs(jumpedMillis * 1_000_000 + nanos() - world.now()));
        return furthestNanos;
    }

    /** How long so much own time takes, rounded up: a timer never comes early. */
    long trueNanos(long own) {
        return rate == 1 ? own : (long) Math.ceil(own / rate);
    }
}
