package io.kintsugi.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers the admin API with what a test says, and keeps what was asked. The last answer of a path repeats. */
public final class FakeMaster implements AutoCloseable {
    /** What was asked. */
    public record Asked(
            String method,
            String path,
            String body,
            @Nullable String requestId) {}

    private record Answer(int status, byte[] body) {}

    private final HttpServer server;
    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    private final List<Asked> asked = new ArrayList<>();

    public FakeMaster() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().toString();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Answer answer = answer(new Asked(
                    exchange.getRequestMethod(),
                    path,
                    body,
                    exchange.getRequestHeaders().getFirst("X-Request-Id")));
            byte[] bytes = answer.body;
            exchange.sendResponseHeaders(answer.status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    /** The next answer of this method and path. */
    public FakeMaster on(String methodAndPath, int status, String body) {
        return on(methodAndPath, status, body.getBytes(StandardCharsets.UTF_8));
    }

    /** The same, of any bytes. */
    public synchronized FakeMaster on(String methodAndPath, int status, byte[] body) {
        answers.computeIfAbsent(methodAndPath, key -> new ArrayDeque<>()).add(new Answer(status, body));
        return this;
    }

    public synchronized List<Asked> asked() {
        return List.copyOf(asked);
    }

    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private synchronized Answer answer(Asked request) {
        asked.add(request);
        Deque<Answer> queue = answers.get(request.method + " " + request.path);
        if (queue == null) {
            String none = "{\"reason\":\"NO_SUCH_PATH\",\"message\":\"nothing at " + request.path + "\"}";
            return new Answer(404, none.getBytes(StandardCharsets.UTF_8));
        }
        return queue.size() > 1 ? queue.remove() : queue.element();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
