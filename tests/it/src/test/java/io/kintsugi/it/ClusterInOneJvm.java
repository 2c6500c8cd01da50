package io.kintsugi.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kintsugi.common.config.ConfigFile;
import io.kintsugi.datanode.boot.DatanodeConfig;
import io.kintsugi.datanode.boot.DatanodeServer;
import io.kintsugi.master.boot.MasterConfig;
import io.kintsugi.master.boot.MasterServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One master and some datanodes, all real, in this JVM; asked over the admin API. */
final class ClusterInOneJvm implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(60);

    /** An answer of the API. */
    record Answer(int status, String body) {
        JsonObject object() {
            return new JsonObject(body);
        }

        JsonArray array() {
            return new JsonArray(body);
        }
    }

    private final Path dir;
    private final int[] ports;
    private MasterServer master;
    private final Map<String, DatanodeServer> datanodes = new LinkedHashMap<>();
    private final Map<String, int[]> datanodePorts = new LinkedHashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();

    ClusterInOneJvm(Path dir, int count, int disks) throws IOException {
        this.dir = dir;
        this.ports = freePorts(3);
        startMaster("m1", false);
        assertThat(send("POST", "/v1/meta/init", new JsonObject()).status()).isEqualTo(200);
        for (int i = 1; i <= count; i++) {
            start("d" + i, disks);
        }
        await().atMost(LONG)
                .until(() -> send("GET", "/v1/cluster", null).object().getInteger("datanodesAlive", 0) == count);
    }

    /** @param directory of its own, below the cluster's */
    void startMaster(String directory, boolean recover) throws IOException {
        master = MasterServer.start(MasterConfig.read(ConfigFile.of(Map.of(
                "name",
                "m1",
                "data.dir",
                dir.resolve(directory).toString(),
                "recover_from_replica_server",
                "" + recover,
                "masters",
                "m1=127.0.0.1:" + ports[0] + ":" + ports[1] + ":" + ports[2]))));
    }

    void stopMaster() throws IOException {
        master.close();
    }

    void start(String name, int disks) throws IOException {
        int[] own = datanodePorts.computeIfAbsent(name, n -> freePorts(2));
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < disks; i++) {
            paths.add(Files.createDirectories(disk(name, i)).toString());
        }
        datanodes.put(
                name,
                DatanodeServer.start(DatanodeConfig.read(ConfigFile.of(Map.of(
                        "name",
                        name,
                        "data.dir",
                        dir.resolve(name).toString(),
                        "disks",
                        String.join(",", paths),
                        "grpc.port",
                        "" + own[0],
                        "http.port",
                        "" + own[1],
                        "masters",
                        "127.0.0.1:" + ports[1])))));
    }

    Path disk(String name, int number) {
        return dir.resolve(name + "-disks").resolve("" + number);
    }

    DatanodeServer datanode(String name) {
        return datanodes.get(name);
    }

    String masterGrpc() {
        return "127.0.0.1:" + ports[1];
    }

    Answer get(String path) {
        return send("GET", path, null);
    }

    Answer send(String method, String path, JsonObject body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports[0] + path))
                    .timeout(Duration.ofSeconds(30))
                    .method(
                            method,
                            body == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(body.encode()))
                    .build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static int[] freePorts(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            int[] result = new int[count];
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                result[i] = socket.getLocalPort();
            }
            for (ServerSocket socket : held) {
                socket.close();
            }
            return result;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws Exception {
        for (DatanodeServer datanode : datanodes.values()) {
            datanode.close();
        }
        master.close();
    }
}
