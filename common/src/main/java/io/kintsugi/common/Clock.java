package io.kintsugi.common;

/** Time, as a port: nothing but {@link #system()} asks the machine, so that a simulation can run on virtual time. */
public interface Clock {
    /** Wall clock, milliseconds since the epoch. For people and for leader-stamped times; it may jump. */
    long millis();

    /** Monotonic clock, nanoseconds from an arbitrary origin. For leases, deadlines and rates. */
    long nanos();

    /** The machine's clocks. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
