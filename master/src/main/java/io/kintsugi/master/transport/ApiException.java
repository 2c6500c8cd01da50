package io.kintsugi.master.transport;

import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.port.ProposalException;
import java.util.Map;

/** A request that gets an error for an answer: HTTP status, stable reason, and a message that names the remedy. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String reason;
    private final transient Map<String, ?> details;

    public ApiException(int status, String reason, String message, Map<String, ?> details) {
        super(message, null, false, false);
        this.status = status;
        this.reason = reason;
        this.details = Map.copyOf(details);
    }

    static ApiException badRequest(String reason, String message) {
        return new ApiException(400, reason, message, Map.of());
    }

    static ApiException notFound(String reason, String message) {
        return new ApiException(404, reason, message, Map.of());
    }

    /** What a refused command is to its caller: 404 for what isn't there, 400 for what can never do, else 409. */
    static ApiException of(Outcome refused) {
        String reason = refused.reason();
        int status;
        if (reason.startsWith("NO_SUCH_")) {
            status = 404;
        } else if (reason.startsWith("BAD_") || reason.startsWith("MISSING_")) {
            status = 400;
        } else {
            status = 409;
        }
        Map<String, ?> details = refused.value() == 0 ? Map.of() : Map.of("op", refused.value());
        return new ApiException(status, reason, refused.message(), details);
    }

    static ApiException of(ProposalException failure) {
        String message = failure.reason().equals("NOT_LEADER")
                ? "this master doesn't lead any more and did nothing: ask again"
                : "the outcome isn't known, it may yet be done: ask again with the same X-Request-Id ("
                        + failure.getMessage() + ")";
        return new ApiException(503, failure.reason(), message, Map.of());
    }

    public int status() {
        return status;
    }

    public String reason() {
        return reason;
    }

    public Map<String, ?> details() {
        return details;
    }
}
