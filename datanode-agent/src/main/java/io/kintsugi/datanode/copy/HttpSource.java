package io.kintsugi.datanode.copy;

import io.kintsugi.common.net.HttpNet;
import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.store.ConfigCodec;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Talks to the {@link CopyRoutes} of the node that a copy comes from. */
public final class HttpSource implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(HttpSource.class);

    /** A source that says nothing for so long is as good as dead, and another has the same data. Less than the master's patience with a copy. */
    private static final int SILENT_MILLIS = 3_000;
    /** To take a checkpoint, or to read the last files for their checksums, takes a while. */
    private static final int WORKING_MILLIS = 6_000;

    private final String base;

    /** @param address host:port of the node's HTTP listener */
    public HttpSource(String address) {
        base = "http://" + address + "/v1/copies";
    }

    @Override
    public Offer offer(long replica, long neededIndex) throws IOException {
        return OfferJson.offer(json(call("POST", "?replica=" + replica + "&needed=" + neededIndex)));
    }

    @Override
    public Offer salvage(long replica, Config fence) throws IOException {
        HttpURLConnection connection =
                HttpNet.blocking(URI.create(base + "/salvage?replica=" + replica), WORKING_MILLIS);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        try (OutputStream body = connection.getOutputStream()) {
            body.write(new FieldWriter().record(1, ConfigCodec.of(fence)).toBytes());
        }
        check(connection);
        return OfferJson.offer(json(connection));
    }

    @Override
    public InputStream file(String copy, String name, long from) throws IOException {
        HttpURLConnection connection = HttpNet.blocking(URI.create(base + "/" + copy + "/" + name), SILENT_MILLIS);
        connection.setRequestProperty("Range", "bytes=" + from + "-");
        check(connection);
        return connection.getInputStream();
    }

    @Override
    public Map<String, Integer> checksums(String copy) throws IOException {
        return OfferJson.checksums(json(call("GET", "/" + copy)));
    }

    @Override
    public void unreadable(long replica) {
        try {
            call("POST", "/unreadable?replica=" + replica).getInputStream().close();
        } catch (IOException e) {
            LOG.warn("replica {} wasn't told that its copy can't be read: {}", replica, e.getMessage());
        }
    }

    @Override
    public void drop(String copy) {
        try {
            call("DELETE", "/" + copy).getInputStream().close();
        } catch (IOException e) {
            LOG.debug("copy {} is left to expire at its source: {}", copy, e.getMessage());
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
