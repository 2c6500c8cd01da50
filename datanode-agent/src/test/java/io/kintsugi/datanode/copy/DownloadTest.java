package io.kintsugi.datanode.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kintsugi.datanode.host.HostContext;
import io.kintsugi.datanode.host.HostContexts;
import io.kintsugi.datanode.host.Seeder;
import io.kintsugi.datanode.replica.Checkpoint;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.TableDefinition;
import io.kintsugi.datanode.store.ConfigCodec;
import io.kintsugi.datanode.store.ReplicaStore;
import io.kintsugi.datanode.store.RocksEnvironment;
import io.kintsugi.datanode.store.StorageException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real download, of a real checkpoint, from a source that can be made to misbehave. */
class DownloadTest {
    private static final int ENTRIES = 5;
    private static final int VALUE_BYTES = 100_000;

    @TempDir
    Path dir;

    private final Map<String, byte[]> offered = new TreeMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private RocksEnvironment rocks;
    private Config config;
    private HttpServer source;
    private Downloader downloader;
    /** Bytes of a file after which the source hangs up once; 0: it doesn't. */
    private volatile int hangUpAfter;

    private volatile boolean damaged;

    @BeforeEach
    void open() throws IOException {
        rocks = HostContexts.rocks(dir);
        HostContext context = HostContexts.real(rocks, dir);
        downloader = new Downloader(context, HttpSource::new, 1);
        source = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        source.createContext("/v1/copies", this::answer);
        source.start();
        Files.createDirectories(target().getParent());
        TableDefinition table = new TableDefinition(1, "t", 1, 1, 1, "crc32c", false, 1);
        String address = "127.0.0.1:" + source.getAddress().getPort();
        config = new Config(1, 0, table, 3, List.of(new Member(7, 1, 1, address, address)), null, 0, List.of(7L), 7, 1);
        checkpoint();
    }

    @AfterEach
    void close() {
        downloader.close();
        source.stop(0);
        rocks.close();
    }

    @Test
    void aCopyHoldsWhatTheSourceHasAndItsChecksumsAreAskedForOnce() throws Exception {
        assertThat(download().last()).isEqualTo(new EntryId(2, ENTRIES));

        try (ReplicaStore copy = ReplicaStore.open(rocks, target())) {
            assertThat(copy.get(key(3))).contains(value(3));
        }
        assertThat(asked).filteredOn("GET /v1/copies/c1"::equals).hasSize(1);
        assertThat(asked).last().isEqualTo("DELETE /v1/copies/c1");
    }

    @Test
    void aFileThatBreaksOffIsGoneOnWith() throws Exception {
        hangUpAfter = VALUE_BYTES;

        assertThat(download().last()).isEqualTo(new EntryId(2, ENTRIES));

        assertThat(asked).filteredOn(a -> a.endsWith("from " + VALUE_BYTES)).hasSize(1);
        try (ReplicaStore copy = ReplicaStore.open(rocks, target())) {
            assertThat(copy.get(key(ENTRIES))).contains(value(ENTRIES));
        }
    }

    @Test
    void aFileThatArrivesDamagedIsNoticedAndNothingIsLeft() {
        damaged = true;

        assertThat(start())
                .failsWithin(1, TimeUnit.MINUTES)
                .withThrowableThat()
                .withMessageContaining("CHECKSUM_MISMATCH");
        await().untilAsserted(() -> assertThat(target()).doesNotExist());
    }

    /** What the source's disk has spoilt is sent as it is, by a source that reads the same and finds its own checksum good. */
    @Test
    void aCopyWithABlockThatCannotBeReadIsRefusedAndItsSourceTold() {
        String table = offered.keySet().stream()
                .filter(name -> name.endsWith(".sst"))
                .findFirst()
                .orElseThrow();
        offered.get(table)[VALUE_BYTES / 2] ^= 1;

        assertThat(start())
                .failsWithin(1, TimeUnit.MINUTES)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.REPLICA))
                .withMessageContaining("the copy of replica 7 at 127.0.0.1")
                .withMessageContaining("checksum mismatch");
        assertThat(asked).contains("POST /v1/copies/unreadable");
        await().untilAsserted(() -> assertThat(target()).doesNotExist());
    }

    private Path target() {
        return dir.resolve("disk/target");
    }

    private Checkpoint download() throws Exception {
        return start().get(1, TimeUnit.MINUTES);
    }

    private CompletableFuture<Checkpoint> start() {
        CompletableFuture<Checkpoint> end = new CompletableFuture<>();
        Seeder.Job job = new Seeder.Job(1, 8, config.members().get(0), ENTRIES, dir.resolve("disk"), target(), null);
        downloader.start(job, new Seeder.Listener() {
            @Override
            public void progress(long doneBytes, long totalBytes) {}

            @Override
            public void ready(Checkpoint checkpoint) {
                end.complete(checkpoint);
            }

            @Override
            public void failed(RuntimeException cause) {
                end.completeExceptionally(cause);
            }
        });
        return end;
    }

    // ------------------------------------------------------------------ the source
    private void checkpoint() throws IOException {
        Path copy = dir.resolve("copy");
        try (ReplicaStore store = ReplicaStore.create(rocks, dir.resolve("data"))) {
            List<Entry> entries = new ArrayList<>();
            for (int i = 1; i <= ENTRIES; i++) {
                entries.add(new Entry(2, i, Entry.Op.PUT, key(i), value(i), 1, i, 1_000));
            }
            store.apply(entries);
            store.checkpoint(copy);
        }
        try (Stream<Path> files = Files.list(copy)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!name.startsWith("LO") && !name.startsWith("OPTIONS")) {
                    offered.put(name, Files.readAllBytes(file));
                }
            }
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            String path = exchange.getRequestURI().getPath();
            asked.add(exchange.getRequestMethod() + " " + path + (from == 0 ? "" : " from " + from));
            switch (exchange.getRequestMethod() + " " + path) {
                case "POST /v1/copies" -> send(exchange, describe());
                case "GET /v1/copies/c1" -> send(exchange, checksums());
                case "POST /v1/copies/unreadable" -> exchange.sendResponseHeaders(202, -1);
                case "DELETE /v1/copies/c1" -> exchange.sendResponseHeaders(204, -1);
                default -> file(exchange, offered.get(path.substring(path.lastIndexOf('/') + 1)), from);
            }
        }
    }

    private void file(HttpExchange exchange, byte[] content, int from) throws IOException {
        int end = hangUpAfter > 0 ? hangUpAfter : content.length;
        hangUpAfter = 0;
        byte[] sent = content.clone();
        if (damaged) {
            sent[content.length / 2] ^= 1;
        }
        exchange.sendResponseHeaders(206, content.length - from);
        exchange.getResponseBody().write(sent, from, end - from);
    }

    private static void send(HttpExchange exchange, JsonObject body) throws IOException {
        byte[] bytes = body.encode().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Small files come with the list, the large one has to be fetched. */
    private JsonObject describe() {
        JsonArray files = new JsonArray();
        offered.forEach((name, content) -> {
            JsonObject file = new JsonObject().put("name", name).put("size", content.length);
            if (content.length < VALUE_BYTES) {
                file.put("content", content).put("crc32c", crc32c(content));
            }
            files.add(file);
        });
        return new JsonObject()
                .put("id", "c1")
                .put("epoch", 2)
                .put("index", ENTRIES)
                .put("config", ConfigCodec.of(config).toBytes())
                .put("files", files);
    }

    private JsonObject checksums() {
        JsonObject all = new JsonObject();
        offered.forEach((name, content) -> all.put(name, crc32c(content)));
        return new JsonObject().put("crc32c", all);
    }

    private static int crc32c(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue();
    }

    private static byte[] key(int i) {
        return ("key-" + i).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] value(int i) {
        byte[] value = new byte[VALUE_BYTES];
        new Random(i).nextBytes(value);
        return value;
    }
}
