package io.kintsugi.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** The admin API as tests and the bench need it: asks one master after the other until one serves. */
public final class AdminClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ANSWER = Duration.ofSeconds(30);
    /** Longer than any election. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(100);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final List<String> masters;
    private final Duration answer;
    private final Duration patience;
    /** Who answered last is asked first. */
    private volatile int first;

    /** @param masters HTTP addresses, host:port */
    public AdminClient(List<String> masters) {
        this(masters, ANSWER, PATIENCE);
    }

    /**
     * @param answer how long to wait for one master before the next is asked: one that is frozen takes all of it
     * @param patience how long to go on while none serves
     */
    public AdminClient(List<String> masters, Duration answer, Duration patience) {
        this.masters = List.copyOf(masters);
        this.answer = answer;
        this.patience = patience;
    }

    /** HTTP addresses, host:port. */
    public List<String> masters() {
        return masters;
    }

    /** An answer that isn't 2xx. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final String reason;

        Refused(int status, String reason, String message) {
            super(status + " " + reason + ": " + message);
            this.status = status;
            this.reason = reason;
        }

        public int status() {
            return status;
        }

        public String reason() {
            return reason;
        }
    }

    public JsonNode get(String path) {
        return any("GET", path, null);
    }

    public JsonNode post(String path, Object body) {
        return any("POST", path, body);
    }

    public JsonNode patch(String path, Object body) {
        return any("PATCH", path, body);
    }

    public JsonNode delete(String path) {
        return any("DELETE", path, null);
    }

    /** Name of the leading master, or "" when the ones that answer know none. */
    public String leader() {
        for (String master : masters) {
            try {
                JsonNode cluster = call(master, "GET", "/v1/cluster", null, null, answer);
                if (cluster.path("state").asText().equals("ready")
                        && !cluster.path("leader").asText().isEmpty()) {
                    return cluster.path("leader").asText();
                }
            } catch (IOException | Refused e) {
                continue; // this one is down; the next may know
            }
        }
        return "";
    }

    /** Arms a failpoint of one process. @throws IOException when it doesn't answer */
    public static void failpoint(String address, String name, String action, Duration answer) throws IOException {
        call(address, "PUT", "/v1/debug/failpoints/" + name + "?action=" + action, null, null, answer);
    }

    /** Asks a datanode for one of its drills. @throws IOException when it doesn't answer */
    public static void drill(String address, String drill, String target, String action) throws IOException {
        call(
                address,
                "PUT",
                "/v1/debug/drills/" + drill + "?target=" + target + "&action=" + action,
                null,
                null,
                ANSWER);
    }

    public static JsonNode getFrom(String address, String path) throws IOException {
        return getFrom(address, path, ANSWER);
    }

    public static JsonNode getFrom(String address, String path, Duration answer) throws IOException {
        return call(address, "GET", path, null, null, answer);
    }

    /** Asks one master once. Empty when it doesn't answer in time, or says that it can't serve now. */
    public static Optional<JsonNode> once(
            String master, String method, String path, Object body, String requestId, Duration patience) {
        try {
            return Optional.of(call(master, method, path, body, requestId, patience));
        } catch (IOException e) {
            return Optional.empty(); // down, or hung up: the caller asks another
        } catch (Refused e) {
            if (e.status() < 500) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** Goes on while no master can serve, as the product's own command line does: an election in between ends no test. */
    private JsonNode any(String method, String path, Object body) {
        String requestId = UUID.randomUUID().toString();
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Exception last = null;
            for (int i = 0; i < masters.size(); i++) {
                int at = (first + i) % masters.size();
                try {
                    JsonNode answered = call(masters.get(at), method, path, body, requestId, answer);
                    first = at;
                    return answered;
                } catch (IOException e) {
                    last = e;
                } catch (Refused e) {
                    if (e.status() < 500) {
                        throw e;
                    }
                    last = e;
                }
            }
            if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("no master of " + masters + " serves " + method + " " + path, last);
            }
            LockSupport.parkNanos(BETWEEN_ROUNDS.toNanos());
        }
    }

    private static JsonNode call(
            String address, String method, String path, Object body, String requestId, Duration answer)
            throws IOException {
        HttpRequest.BodyPublisher content = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + address + path))
                .timeout(answer)
                .header("Content-Type", "application/json")
                .method(method, content);
        if (requestId != null) {
            request.header("X-Request-Id", requestId);
        }
        // the request's own timeout ends with the head of the answer: a link that is cut later would be waited for
        // without end
        CompletableFuture<HttpResponse<String>> sent =
                HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
        try {
            HttpResponse<String> response = sent.get(answer.toMillis(), TimeUnit.MILLISECONDS);
            String text = response.body();
            if (response.statusCode() >= 400) {
                Map<?, ?> error = text.startsWith("{") ? JSON.readValue(text, Map.class) : Map.of();
                throw new Refused(
                        response.statusCode(),
                        String.valueOf(error.get("reason")),
                        String.valueOf(error.get("message")));
            }
            return text.isEmpty() ? JSON.nullNode() : JSON.readTree(text);
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw new IOException(address + " didn't answer " + method + " " + path + " within " + answer, e);
        } catch (ExecutionException e) {
            throw new IOException(address + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
