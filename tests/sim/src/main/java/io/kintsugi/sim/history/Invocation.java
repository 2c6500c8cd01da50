package io.kintsugi.sim.history;

/**
 * One operation of one client on one key.
 *
 * @param value what was written; for a read what was found; {@link #ABSENT} for a delete, and for a read that found nothing
 * @param invoked monotonic nanoseconds
 * @param returned monotonic nanoseconds; {@link #NEVER} for a write of which nobody knows whether it was done, or will be
 * @param ttl nanoseconds after which what was written is gone; 0: it stays
 * @param expected of a {@link Kind#WRITE_IF}: what was there
 */
public record Invocation(Kind kind, long value, long invoked, long returned, long ttl, long expected) {
    public static final long ABSENT = 0;
    public static final long NEVER = Long.MAX_VALUE;

    /** A delete is a write of {@link #ABSENT}. */
    public enum Kind {
        READ,
        WRITE,
        /** A write that was done since the value was the expected one. One that was refused is a read of what it found. */
        WRITE_IF
    }

    public static Invocation read(long found, long invoked, long returned) {
        return new Invocation(Kind.READ, found, invoked, returned, 0, 0);
    }

    public static Invocation write(long value, long invoked, long returned) {
        return new Invocation(Kind.WRITE, value, invoked, returned, 0, 0);
    }

    public static Invocation writeFor(long ttl, long value, long invoked, long returned) {
        return new Invocation(Kind.WRITE, value, invoked, returned, ttl, 0);
    }

    public static Invocation writeIf(long expected, long value, long invoked, long returned) {
        return new Invocation(Kind.WRITE_IF, value, invoked, returned, 0, expected);
    }

    /** The same, returned at another time. */
    public Invocation until(long newReturned) {
        return new Invocation(kind, value, invoked, newReturned, ttl, expected);
    }

    /** A write that may take effect at any moment after it was invoked, or never. */
    public boolean unknown() {
        return returned == NEVER;
    }

    @Override
    public String toString() {
        String what =
                switch (kind) {
                    case READ -> "read ";
                    case WRITE -> "write " + (ttl == 0 ? "" : "for " + ttl + " ");
                    case WRITE_IF -> "over " + (expected == ABSENT ? "nothing" : "" + expected) + " write ";
                };
        return what + (value == ABSENT ? "nothing" : "" + value) + " [" + invoked + ", "
                + (unknown() ? "?" : "" + returned) + "]";
    }
}
