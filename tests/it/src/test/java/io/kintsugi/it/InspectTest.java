package io.kintsugi.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.client.KintsugiClient;
import io.kintsugi.client.Table;
import io.kintsugi.datanode.inspect.Inspect;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies on the disk of a datanode that was killed, looked at while nobody runs. */
class InspectTest {
    private static final class Looked {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final int code;

        Looked(Path... disks) throws IOException {
            try (PrintStream print = new PrintStream(out, true, UTF_8)) {
                code = Inspect.run(List.of(disks), print);
            }
        }

        String text() {
            return out.toString(UTF_8);
        }
    }

    private static List<String> files(Path disk) throws IOException {
        try (Stream<Path> walk = Files.walk(disk)) {
            return walk.map(Path::toString).sorted().toList();
        }
    }

    @Test
    void eachReplicaWithEpochLogAndWhatIsApplied(@TempDir Path dir) throws Exception {
        Path disk;
        try (ClusterInOneJvm cluster = new ClusterInOneJvm(dir, 3, 1)) {
            assertThat(cluster.send(
                                    "POST",
                                    "/v1/tables",
                                    new JsonObject().put("name", "t").put("partitions", 2))
                            .status())
                    .isEqualTo(201);
            try (KintsugiClient client = KintsugiClient.connect(List.of(cluster.masterGrpc()))) {
                Table t = client.table("t");
                IntStream.range(0, 50).forEach(i -> t.put(("k" + i).getBytes(UTF_8), ("v" + i).getBytes(UTF_8)));
            }
            disk = cluster.disk("d1", 0);
            cluster.datanode("d1").kill();
        }
        List<String> before = files(disk);
        Looked looked = new Looked(disk);
        assertThat(looked.code).as(looked.text()).isZero();
        assertThat(looked.text())
                .contains("2 replicas, 0 deleted", "(t.0)", "(t.1)", "manifest: cluster ", "I/O errors 0")
                .containsPattern("epoch [1-9][0-9]*  log 0/0 \\.\\. [1-9][0-9]*/[1-9][0-9]*  applied ")
                .doesNotContain("PROBLEM");
        assertThat(files(disk)).as("a look changes nothing").isEqualTo(before);

        damage(disk);
        Looked damaged = new Looked(disk, dir.resolve("nothing"));
        assertThat(damaged.code).isEqualTo(1);
        assertThat(damaged.text())
                .contains("PROBLEM REPLICA_FILES_GONE")
                .contains("PROBLEM NO_DISK")
                .contains("PROBLEM DISK_LOST_LOG");
    }

    private static void damage(Path disk) throws IOException {
        try (Stream<Path> replicas = Files.list(disk.resolve("replicas"))) {
            Files.delete(replicas.sorted().findFirst().orElseThrow().resolve("manifest"));
        }
    }
}
