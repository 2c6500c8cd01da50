package io.kintsugi.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.output.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One HTTP request to one master: the only place of the CLI that builds HTTP connections. */
final class Exchange {
    private static final int CONNECT_MILLIS = 2000;
    private static final byte[] NOTHING = {};

    private Exchange() {}

    /** What came back, whatever the status. */
    record Reply(int status, byte[] body) {}

    /** @throws IOException when no whole answer came */
    static Reply send(
            String master,
            String method,
            String path,
            @Nullable JsonNode body,
            @Nullable String requestId,
            int readMillis)
            throws IOException {
        URI uri = URI.create("http://" + master + path);
        // HttpURLConnection starts in a third of HttpClient's time, but doesn't know PATCH.
        return method.equals("PATCH")
                ? patch(uri, body, requestId, readMillis)
                : other(uri, method, body, requestId, readMillis);
    }

    /**
     * A GET whose answer goes into a file; that of a refusal into the reply. Redirects are followed.
     *
     * @throws IOException when no whole answer came, or the file can't be written
     */
    static Reply download(String master, String path, int readMillis, Path file) throws IOException {
        var connection = (HttpURLConnection)
                URI.create("http://" + master + path).toURL().openConnection();
        connection.setConnectTimeout(Math.min(CONNECT_MILLIS, readMillis));
        connection.setReadTimeout(readMillis);
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            if (status >= 300) {
                return new Reply(status, in == null ? NOTHING : in.readAllBytes());
            }
            long length = connection.getContentLengthLong();
            long copied = Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            if (length >= 0 && copied < length) {
                throw new IOException("the answer broke off after " + copied + " of " + length + " bytes");
            }
            return new Reply(status, NOTHING);
        }
    }

    private static Reply other(
            URI uri, String method, @Nullable JsonNode body, @Nullable String requestId, int readMillis)
            throws IOException {
        var connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(Math.min(CONNECT_MILLIS, readMillis));
        connection.setReadTimeout(readMillis);
        connection.setRequestMethod(method);
        connection.setRequestProperty("Accept", "application/json");
        if (requestId != null) {
            connection.setRequestProperty("X-Request-Id", requestId);
        }
        if (body != null) {
            byte[] bytes = Json.bytes(body);
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(bytes.length);
            try (var out = connection.getOutputStream()) {
                out.write(bytes);
            }
        }
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Reply(status, in == null ? NOTHING : in.readAllBytes());
        }
    }

    private static Reply patch(URI uri, @Nullable JsonNode body, @Nullable String requestId, int readMillis)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofMillis(readMillis))
                .header("Accept", "application/json")
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofByteArray(body == null ? NOTHING : Json.bytes(body)));
        if (requestId != null) {
            request.header("X-Request-Id", requestId);
        }
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofMillis(CONNECT_MILLIS))
                .build()) {
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var failure = new InterruptedIOException("interrupted");
            failure.initCause(e);
            throw failure;
        }
    }
}
