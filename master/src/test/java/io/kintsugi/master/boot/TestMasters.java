package io.kintsugi.master.boot;

import static org.awaitility.Awaitility.await;

import io.kintsugi.common.Clock;
import io.kintsugi.common.config.ConfigFile;
import io.kintsugi.common.failpoint.Failpoints;
import io.kintsugi.common.process.DataDir;
import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.consensus.ConsensusStatus;
import io.kintsugi.master.port.ProposalException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A group of masters in this JVM, on loopback. */
final class TestMasters implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(20);

    private final Path dir;
    private final List<String> names = new ArrayList<>();
    private final Map<String, int[]> ports = new LinkedHashMap<>();
    private final Map<String, String> extra;
    private final Map<String, MasterServer> running = new ConcurrentHashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicLong slept = new AtomicLong();
    private final Clock clock = new Clock() {
        @Override
        public long millis() {
            return Clock.system().millis() + slept.get();
        }

        @Override
        public long nanos() {
            return Clock.system().nanos();
        }
    };
    final List<String> fatal = new CopyOnWriteArrayList<>();

    TestMasters(Path dir, int count, Map<String, String> extra) throws IOException {
        this.dir = dir;
        this.extra = extra;
        for (int i = 1; i <= count; i++) {
            names.add("m" + i);
            ports.put("m" + i, freePorts());
        }
    }

    /** Masters that are started, and a group. */
    static TestMasters initialised(Path dir, int count, Map<String, String> extra) throws IOException {
        TestMasters masters = new TestMasters(dir, count, extra);
        masters.startAll();
        masters.init();
        masters.awaitLeader();
        return masters;
    }

    private static int[] freePorts() throws IOException {
        try (ServerSocket a = socket();
                ServerSocket b = socket();
                ServerSocket c = socket()) {
            return new int[] {a.getLocalPort(), b.getLocalPort(), c.getLocalPort()};
        }
    }

    private static ServerSocket socket() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    MasterConfig config(String name) {
        Map<String, String> values = new LinkedHashMap<>(extra);
        values.put("name", name);
        values.put("data.dir", dir(name).toString());
        List<String> masters = new ArrayList<>();
        ports.forEach((n, p) -> masters.add(n + "=127.0.0.1:" + p[0] + ":" + p[1] + ":" + p[2]));
        values.put("masters", String.join(",", masters));
        return MasterConfig.read(ConfigFile.of(values));
    }

    Path dir(String name) {
        return dir.resolve(name);
    }

    void start(String name) throws IOException {
        start(name, Failpoints.none());
    }

    void start(String name, Failpoints failpoints) throws IOException {
        running.put(
                name,
                MasterServer.start(
                        config(name), clock, failpoints, (reason, message, cause) -> fatal.add(name + " " + message)));
    }

    void startAll() throws IOException {
        for (String name : names) {
            if (!running.containsKey(name)) {
                start(name);
            }
        }
    }

    /** As when all machines were suspended for so long: wall clocks go on, nothing else does. */
    void sleep(Duration time) {
        slept.addAndGet(time.toMillis());
    }

    void kill(String name) throws IOException {
        running.remove(name).kill();
    }

    void killAll() {
        // in parallel: each takes a second to join its threads
        List<CompletableFuture<Void>> ends = List.copyOf(running.keySet()).stream()
                .map(name -> CompletableFuture.runAsync(
                        () -> {
                            try {
                                kill(name);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        task -> Thread.ofPlatform().start(task)))
                .toList();
        ends.forEach(CompletableFuture::join);
    }

    void wipe(String name) throws IOException {
        DataDir.deleteTree(dir(name));
    }

    MasterServer master(String name) {
        return running.get(name);
    }

    ConsensusStatus status(String name) {
        return master(name).consensus().status();
    }

    void init() {
        await().atMost(LONG)
                .until(() -> request("POST", "m1", "/v1/meta/init", "{}").statusCode() == 200);
    }

    /** Name of the ready leader, once there is exactly one. */
    String awaitLeader() {
        return await().atMost(LONG).until(() -> leader(), Optional::isPresent).orElseThrow();
    }

    Optional<String> leader() {
        List<String> leaders = running.keySet().stream()
                .filter(n -> status(n).leading()
                        && master(n).consensus().state().cluster().isPresent())
                .toList();
        return leaders.size() == 1 ? Optional.of(leaders.getFirst()) : Optional.empty();
    }

    String follower() {
        String leader = awaitLeader();
        return running.keySet().stream()
                .filter(n -> !n.equals(leader))
                .sorted()
                .findFirst()
                .orElseThrow();
    }

    /** Proposes at whoever leads until an outcome is known: the way every caller has to. */
    Outcome propose(String requestId, Command command) {
        return await().atMost(LONG)
                .until(() -> tryPropose(requestId, command), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<Outcome> tryPropose(String requestId, Command command) {
        Optional<String> leader = leader();
        if (leader.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(master(leader.get())
                    .consensus()
                    .proposer()
                    .propose(requestId, 0, "test", command)
                    .join());
        } catch (CompletionException e) {
            if (e.getCause() instanceof ProposalException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** All running masters have the leader's state. */
    void awaitEqualStates() {
        await().atMost(LONG)
                .until(() -> running.values().stream()
                                .map(m -> m.consensus().state().digest())
                                .distinct()
                                .count()
                        == 1);
    }

    HttpResponse<String> request(String method, String master, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.get(master)[0] + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .timeout(LONG)
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    JsonObject cluster(String master) {
        return new JsonObject(request("GET", master, "/v1/cluster", "").body());
    }

    @Override
    public void close() {
        killAll();
    }
}
