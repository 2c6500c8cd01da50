package io.kintsugi.master.transport;

import io.kintsugi.master.consensus.ConsensusException;
import io.kintsugi.master.consensus.MasterAddress;
import io.kintsugi.master.consensus.MasterPeers;
import io.kintsugi.master.consensus.Peer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;

/** {@link MasterPeers} over HTTP: the other side is {@link InternalRoutes}. */
public final class InternalClient implements MasterPeers {
    private static final Duration QUICK = Duration.ofMillis(1_500);
    private static final Duration FOUND = Duration.ofSeconds(20);
    private static final Duration CHANGE = Duration.ofSeconds(45);

    /** What {@link InternalRoutes#INFO} says beyond {@link MasterPeers.Info}; a master of an older version leaves the last two out. */
    record Presented(
            String state,
            boolean store,
            boolean leading,
            long appliedIndex,
            boolean digestOk,
            @Nullable String dataDir,
            boolean recoverFromReplicaServer) {}

    private final Vertx vertx;
    private final HttpClient http;

    public InternalClient(Vertx vertx, HttpClient http) {
        this.vertx = vertx;
        this.http = http;
    }

    @Override
    public CompletableFuture<Info> info(MasterAddress master) {
        return call(master, HttpMethod.GET, InternalRoutes.INFO, null, QUICK, Info.class);
    }

    /** The same question, for those who look after the masters. */
    CompletableFuture<Presented> presented(MasterAddress master) {
        return call(master, HttpMethod.GET, InternalRoutes.INFO, null, QUICK, Presented.class);
    }

    @Override
    public CompletableFuture<Void> found(MasterAddress master, Founding founding) {
        return call(master, HttpMethod.POST, InternalRoutes.FOUND, founding, FOUND, Map.class)
                .thenApply(done -> null);
    }

    @Override
    public CompletableFuture<Seed> seed(MasterAddress leader, String name) {
        return call(leader, HttpMethod.POST, InternalRoutes.SEED, Map.of("name", name), CHANGE, Seed.class);
    }

    @Override
    public CompletableFuture<Void> join(MasterAddress leader, Peer peer) {
        return call(leader, HttpMethod.POST, InternalRoutes.JOIN, peer, CHANGE, Map.class)
                .thenApply(done -> null);
    }

    @Override
    public CompletableFuture<Void> download(MasterAddress leader, Seed seed, Path directory) {
        Future<Void> done = vertx.executeBlocking(() -> {
            Files.createDirectories(directory);
            return null;
        });
        for (SeedFile file : seed.files()) {
            done = done.compose(before -> fetch(
                            leader,
                            InternalRoutes.SEED + "/" + seed.checkpoint() + "/" + file.name(),
                            directory.resolve(file.name())))
                    .compose(fetched -> vertx.executeBlocking(() -> {
                        check(directory.resolve(file.name()), file);
                        return null;
                    }));
        }
        return done.<Void>compose(files -> vertx.executeBlocking(() -> {
                    sync(directory);
                    return null;
                }))
                .toCompletionStage()
                .toCompletableFuture();
    }

    private Future<Void> fetch(MasterAddress leader, String path, Path target) {
        return http.request(options(leader, HttpMethod.GET, path, CHANGE))
                .compose(HttpClientRequest::send)
                .compose(response -> {
                    if (response.statusCode() != 200) {
                        return response.body().compose(body -> Future.failedFuture(refusal(leader, response, body)));
                    }
                    response.pause();
                    return vertx.fileSystem()
                            .open(
                                    target.toString(),
                                    new OpenOptions().setCreate(true).setTruncateExisting(true))
                            .compose(response::pipeTo);
                });
    }

    /** The copy is what the leader sent, and on the disk. */
    private static void check(Path path, SeedFile file) throws IOException {
        CRC32C crc = new CRC32C();
        try (InputStream in = new CheckedInputStream(Files.newInputStream(path), crc)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        if (Files.size(path) != file.size() || crc.getValue() != file.crc32c()) {
            throw new IOException(
                    "the copy of " + file.name() + " differs from the leader's: it will be fetched again");
        }
        sync(path);
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private <T> CompletableFuture<T> call(
            MasterAddress master,
            HttpMethod method,
            String path,
            @Nullable Object body,
            Duration limit,
            Class<T> type) {
        return http.request(options(master, method, path, limit))
                .compose(request -> body == null
                        ? request.send()
                        : request.putHeader("content-type", "application/json").send(Json.encode(body)))
                .compose(response -> response.body()
                        .compose(answer -> response.statusCode() == 200
                                ? Future.succeededFuture(Json.decode(answer, type))
                                : Future.failedFuture(refusal(master, response, answer))))
                .toCompletionStage()
                .toCompletableFuture();
    }

    private static RequestOptions options(MasterAddress master, HttpMethod method, String path, Duration limit) {
        return new RequestOptions()
                .setMethod(method)
                .setHost(master.host())
                .setPort(master.http())
                .setURI(path)
                .setConnectTimeout(QUICK.toMillis())
                .setTimeout(limit.toMillis());
    }

    private static ConsensusException refusal(MasterAddress master, HttpClientResponse response, Buffer body) {
        if (body.length() > 0 && body.getByte(0) == '{') {
            JsonObject error = body.toJsonObject();
            return new ConsensusException(
                    error.getString("reason", "REFUSED"), error.getString("message", error.encode()));
        }
        return new ConsensusException(
                "REFUSED", master.name() + " answered " + response.statusCode() + " " + response.statusMessage());
    }
}
