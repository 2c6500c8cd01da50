package io.kintsugi.common.config;

/** A configuration that can't be used. The message names the key, the value, the rule and what to do. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String reason;

    public ConfigException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    public ConfigException(String reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** A stable code: CONFIG_UNREADABLE, UNKNOWN_KEY, MISSING_KEY or BAD_VALUE. */
    public String reason() {
        return reason;
    }
}
