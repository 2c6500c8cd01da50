package io.kintsugi.common.net;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Builders of every HTTP server and client, on Vert.x. */
public final class HttpNet {
    private static final int IDLE_SECONDS = 75;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int MAX_CONNECTIONS = 64;

    private HttpNet() {}

    /** An instance of Vert.x with few threads, which keeps its files in the process's own temporary directory. */
    public static Vertx vertx(Path temporaryDirectory) {
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(2)
                .setWorkerPoolSize(8)
                .setInternalBlockingPoolSize(4)
                .setFileSystemOptions(new FileSystemOptions()
                        .setFileCacheDir(temporaryDirectory.resolve("vertx").toString())
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
    }

    /** A server that is to listen on this address; port 0 lets the system choose (ask the listening server). */
    public static HttpServer server(Vertx vertx, HostPort bind) {
        return vertx.createHttpServer(new HttpServerOptions()
                .setHost(bind.host())
                .setPort(bind.port())
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setCompressionSupported(false));
    }

    /**
     * A request for a thread that may wait, such as one that copies bulk data. Nothing is sent before the response is asked for.
     *
     * @param silentMillis how long the other side may send nothing
     */
    public static HttpURLConnection blocking(URI uri, int silentMillis) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(silentMillis);
        connection.setInstanceFollowRedirects(false);
        return connection;
    }

    /** A client with pooled connections. Give each request a timeout of its own. */
    public static HttpClientAgent client(Vertx vertx) {
        return vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setTcpNoDelay(true)
                        .setKeepAlive(true),
                new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS));
    }
}
