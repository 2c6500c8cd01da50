package io.kintsugi.master.port;

/** A proposal that got no outcome. */
public final class ProposalException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String reason;

    public ProposalException(String reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** {@code NOT_LEADER} or {@code UNKNOWN}. */
    public String reason() {
        return reason;
    }
}
