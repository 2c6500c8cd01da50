package io.kintsugi.cli.data;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A failed read or write, with the client's reason and an exit code that fits it. */
public final class DataException extends CliException {
    private static final long serialVersionUID = 1L;
    private static final Map<String, Integer> EXIT_CODES = Map.of(
            "NO_SUCH_TABLE", ExitCode.NOT_FOUND,
            "UNKNOWN", ExitCode.UNKNOWN,
            "TOO_LARGE", ExitCode.USAGE,
            "BAD_KEY", ExitCode.USAGE,
            "BAD_TTL", ExitCode.USAGE,
            "NO_MASTER", ExitCode.UNREACHABLE);

    /** @param reason the client's reason code */
    public DataException(String table, String reason, String message) {
        super(EXIT_CODES.getOrDefault(reason, ExitCode.FAILED), reason, message, remedy(table, reason));
    }

    private static @Nullable String remedy(String table, String reason) {
        return switch (reason) {
            case "NO_SUCH_TABLE" -> "Create it with: kintsugi table create " + table;
            case "UNKNOWN" -> "The write may or may not have happened: read the key, or write it again.";
            case "BELOW_MIN_IN_SYNC" -> "See `kintsugi partition ls --table " + table + "` for who is missing.";
            default -> null;
        };
    }
}
