package io.kintsugi.cli.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import io.kintsugi.cli.output.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@link Api} that tries every master. When at least one answers but none can serve (no leader yet), it goes on until a deadline: a
 * leader's death doesn't end a command.
 */
public final class HttpApi implements Api {
    /** What a master says that another, or the same one a moment later, may do. */
    private static final Set<String> TRANSIENT =
            Set.of("NO_LEADER", "NOT_LEADER", "NOT_READY", "LEADER_UNREACHABLE", "LEADER_CHANGED");

    private static final long RETRY_MILLIS = 100;
    /** A master makes the whole file before it sends the first byte. */
    private static final long MIN_DOWNLOAD_MILLIS = 60_000;

    private final List<String> masters;
    private final long timeoutMillis;
    private final Session session;
    private int preferred;

    /** @param timeoutMillis how long to go on while masters answer that they can't serve */
    public HttpApi(List<String> masters, long timeoutMillis, Session session) {
        this.masters = List.copyOf(masters);
        this.timeoutMillis = timeoutMillis;
        this.session = session;
    }

    /** One request to one master. */
    private interface Asking {
        Exchange.Reply ask(String master) throws IOException;
    }

    @Override
    public JsonNode call(String method, String path, @Nullable JsonNode body) {
        String requestId = method.equals("GET") ? null : newRequestId();
        return untilAnswered(master -> Exchange.send(master, method, path, body, requestId, (int) timeoutMillis));
    }

    @Override
    public void download(String path, Path file) throws IOException {
        int readMillis = (int) Math.max(timeoutMillis, MIN_DOWNLOAD_MILLIS);
        Files.write(file, new byte[0]); // what can't be written is no master's failure
        untilAnswered(master -> Exchange.download(master, path, readMillis, file));
    }

    private JsonNode untilAnswered(Asking asking) {
        long deadline = session.clock().nanos() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (true) {
            var failures = new ArrayList<String>();
            CliException refusal = null;
            for (int i = 0; i < masters.size(); i++) {
                int index = (preferred + i) % masters.size();
                try {
                    Exchange.Reply reply = asking.ask(masters.get(index));
                    JsonNode json = parse(reply);
                    if (reply.status() < 300) {
                        preferred = index;
                        return json;
                    }
                    refusal = refusal(reply.status(), json);
                    if (!isTransient(reply.status(), refusal)) {
                        throw refusal;
                    }
                    failures.add(masters.get(index) + ": " + refusal.getMessage());
                } catch (IOException e) {
                    failures.add(masters.get(index) + ": " + describe(e));
                }
            }
            if (refusal == null
                    || session.clock().nanos() - deadline >= 0
                    || Thread.currentThread().isInterrupted()) {
                throw unreachable(failures, refusal);
            }
            session.pause().millis(RETRY_MILLIS);
        }
    }

    private static boolean isTransient(int status, CliException refusal) {
        return status == 502 || status == 504 || (status >= 500 && TRANSIENT.contains(refusal.reason()));
    }

    private static CliException unreachable(List<String> failures, @Nullable CliException refusal) {
        String details = String.join("; ", failures);
        if (refusal != null) {
            return new CliException(
                    ExitCode.UNREACHABLE,
                    refusal.reason(),
                    "no master can serve this: " + details,
                    "See `kintsugi cluster info`: a majority of the masters must run.");
        }
        return new CliException(
                ExitCode.UNREACHABLE,
                "CLUSTER_UNREACHABLE",
                "no master answers: " + details,
                "Check that the masters run, and the addresses given by --master, KINTSUGI_MASTERS or the context.");
    }

    private static JsonNode parse(Exchange.Reply reply) throws IOException {
        if (reply.body().length == 0) {
            return MissingNode.getInstance();
        }
        try {
            return Json.parse(reply.body());
        } catch (JsonProcessingException e) {
            if (reply.status() >= 300) {
                return MissingNode.getInstance();
            }
            throw new IOException("answered something that isn't JSON", e);
        }
    }

    private static CliException refusal(int status, JsonNode json) {
        // a datanode's debug port answers in the original's envelope: REASON: text
        String[] told = json.path("msg").asText("").split(": ", 2);
        String reason = json.path("reason").asText(told.length == 2 ? told[0] : "HTTP_" + status);
        String message = json.path("message").asText(told.length == 2 ? told[1] : "the master answered HTTP " + status);
        JsonNode details = json.path("details");
        String remedy = details.path("remedy").asText(null);
        if (remedy == null && details.isObject() && !details.isEmpty()) {
            remedy = Json.compact(details);
        }
        return new CliException(exitCode(status), reason, message, remedy);
    }

    private static int exitCode(int status) {
        return switch (status) {
            case 400 -> ExitCode.USAGE;
            case 404 -> ExitCode.NOT_FOUND;
            default -> status < 500 ? ExitCode.REFUSED : ExitCode.FAILED;
        };
    }

    private static String describe(IOException e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }

    private static String newRequestId() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
