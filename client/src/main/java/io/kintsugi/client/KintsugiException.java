package io.kintsugi.client;

/** An operation that failed. {@link #reason()} is stable; the message is for people. */
public final class KintsugiException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String reason;

    public KintsugiException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * {@code NO_SUCH_TABLE}, {@code TOO_LARGE}, {@code BELOW_MIN_IN_SYNC}, {@code DISK_FULL}, {@code TIMED_OUT} (not written),
     * {@code UNKNOWN} (a write that may yet commit), {@code NO_MASTER} (no leading master was found), {@code CLOSED}.
     */
    public String reason() {
        return reason;
    }
}
