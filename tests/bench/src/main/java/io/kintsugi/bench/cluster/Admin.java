package io.kintsugi.bench.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.kintsugi.bench.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The masters' HTTP API over kept connections. */
public final class Admin implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int REFUSED_FROM = 400;
    private static final int FAULT_FROM = 500;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final List<String> masters;

    /** @param masters HTTP addresses, host:port */
    public Admin(List<String> masters) {
        this.masters = List.copyOf(masters);
    }

    public List<String> masters() {
        return masters;
    }

    public JsonNode get(String path) {
        return anyMaster("GET", path, null);
    }

    public JsonNode post(String path, Object body) {
        return anyMaster("POST", path, body);
    }

    public JsonNode patch(String path, Object body) {
        return anyMaster("PATCH", path, body);
    }

    /** Asks one master once; empty when it doesn't answer, or says that it or the group isn't able to now. */
    public Optional<JsonNode> once(
            String master, String method, String path, Object body, String requestId, Duration timeout) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + master + path))
                    .timeout(timeout);
            if (body == null) {
                request.method(method, HttpRequest.BodyPublishers.noBody());
            } else {
                request.header("Content-Type", "application/json").header("X-Request-Id", requestId);
                request.method(method, HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
            }
            HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() >= FAULT_FROM) {
                return Optional.empty();
            }
            JsonNode json = answer.body().length == 0 ? MissingNode.getInstance() : JSON.readTree(answer.body());
            if (answer.statusCode() >= REFUSED_FROM) {
                throw new IllegalStateException(
                        method + " " + path + " was refused with " + answer.statusCode() + ": " + json);
            }
            return Optional.of(json);
        } catch (IOException e) {
            return Optional.empty(); // down, or hung up: the caller asks another
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
    }

    private JsonNode anyMaster(String method, String path, Object body) {
        String requestId = UUID.randomUUID().toString();
        return Waiting.await("a master that answers " + method + " " + path, PATIENCE, Duration.ofMillis(20), () -> {
            for (String master : masters) {
                Optional<JsonNode> answer = once(master, method, path, body, requestId, Duration.ofSeconds(5));
                if (answer.isPresent()) {
                    return answer;
                }
            }
            return Optional.empty();
        });
    }

    @Override
    public void close() {
        http.close();
    }
}
