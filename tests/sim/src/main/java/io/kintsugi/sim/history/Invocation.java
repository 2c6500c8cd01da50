package io.kintsugi.sim.history;

/**
 * One operation of one client on one key.
 *
 * @param value what was written; for a read what was found; {@link #ABSENT} for a delete, and for a read that found nothing
 * @param invoked monotonic nanoseconds
 * @param returned monotonic nanoseconds; {@link #NEVER} for a write of which nobody knows whether it was done, or will be
 */
public record Invocation(Kind kind, long value, long invoked, long returned) {
    public static final long ABSENT = 0;
    public static final long NEVER = Long.MAX_VALUE;

    /** A delete is a write of {@link #ABSENT}. */
    public enum Kind {
        READ,
        WRITE
    }

    public static Invocation read(long found, long invoked, long returned) {
        return new Invocation(Kind.READ, found, invoked, returned);
    }

    public static Invocation write(long value, long invoked, long returned) {
        return new Invocation(Kind.WRITE, value, invoked, returned);
    }

    /** A write that may take effect at any moment after it was invoked, or never. */
    public boolean unknown() {
        return returned == NEVER;
    }

    @Override
    public String toString() {
        String what = kind == Kind.READ ? "read " : "write ";
        return what + (value == ABSENT ? "nothing" : "" + value) + " [" + invoked + ", "
                + (unknown() ? "?" : "" + returned) + "]";
    }
}
