package io.kintsugi.datanode.copy;

import io.kintsugi.common.net.HttpNet;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Talks to the {@link CopyRoutes} of the node that a copy comes from. Blocking; each call fails with IOException. */
final class SourceClient {
    private static final Logger LOG = LoggerFactory.getLogger(SourceClient.class);

    /** A source that says nothing for so long is as good as dead, and another has the same data. Less than the master's patience with a copy. */
    private static final int SILENT_MILLIS = 3_000;
    /** To take a checkpoint, or to read the last files for their checksums, takes a while. */
    private static final int WORKING_MILLIS = 6_000;

    private final String base;

    SourceClient(String address) {
        base = "http://" + address + "/v1/copies";
    }

    JsonObject offer(long replica, long neededIndex) throws IOException {
        return json(call("POST", "?replica=" + replica + "&needed=" + neededIndex));
    }

    InputStream file(String id, String name, long from) throws IOException {
        HttpURLConnection connection = HttpNet.blocking(URI.create(base + "/" + id + "/" + name), SILENT_MILLIS);
        connection.setRequestProperty("Range", "bytes=" + from + "-");
        check(connection);
        return connection.getInputStream();
    }

    /** Checksums of the files that were asked for, by name. */
    JsonObject checksums(String id) throws IOException {
        return json(call("GET", "/" + id)).getJsonObject("crc32c");
    }

    /** Tells the source that the copy isn't needed any more; if that fails it expires by itself. */
    void drop(String id) {
        try {
            call("DELETE", "/" + id).getInputStream().close();
        } catch (IOException e) {
            LOG.debug("copy {} is left to expire at its source: {}", id, e.getMessage());
        }
    }

    private HttpURLConnection call(String method, String path) throws IOException {
        HttpURLConnection connection = HttpNet.blocking(URI.create(base + path), WORKING_MILLIS);
        connection.setRequestMethod(method);
        check(connection);
        return connection;
    }

    private static void check(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        if (status >= 300) {
            try (InputStream error = connection.getErrorStream()) {
                String text = error == null ? "" : new String(error.readAllBytes(), StandardCharsets.UTF_8);
                throw new IOException(connection.getURL() + " answered " + status + ": " + text);
            }
        }
    }

    private static JsonObject json(HttpURLConnection connection) throws IOException {
        try (InputStream body = connection.getInputStream()) {
            return new JsonObject(new String(body.readAllBytes(), StandardCharsets.UTF_8));
        } catch (DecodeException e) {
            throw new IOException("the source's answer is not JSON", e);
        }
    }
}
