package io.kintsugi.master.consensus;

/** A request about the group itself that can't be granted. The message names the rule and the remedy. */
public final class ConsensusException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String reason;

    public ConsensusException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    public ConsensusException(String reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** STORE_EXISTS, MASTER_UNREACHABLE, INIT_INCOMPLETE, NOT_LEADER, MEMBER_ALIVE, MEMBERSHIP_FAILED, STATE_DIVERGED, … */
    public String reason() {
        return reason;
    }
}
