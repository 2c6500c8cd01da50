package io.kintsugi.cli;

import org.jspecify.annotations.Nullable;

/** A failure that is told to the operator in one or two lines: what, a stable reason code, and what to do about it. */
public class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String reason;
    private final @Nullable String remedy;

    /** @param remedy what the operator can do; null when the message says it all */
    public CliException(int exitCode, String reason, String message, @Nullable String remedy) {
        super(message);
        this.exitCode = exitCode;
        this.reason = reason;
        this.remedy = remedy;
    }

    /** One of {@link ExitCode}. */
    public int exitCode() {
        return exitCode;
    }

    /** Stable, UPPER_SNAKE. */
    public String reason() {
        return reason;
    }

    /** The lines that people read. */
    public String toDisplay() {
        return "error: " + getMessage() + " [" + reason + "]"
                + (remedy == null ? "" : System.lineSeparator() + "  " + remedy);
    }

    /** Bad input, found before anything was asked of the cluster. */
    public static CliException usage(String reason, String message, @Nullable String remedy) {
        return new CliException(ExitCode.USAGE, reason, message, remedy);
    }
}
