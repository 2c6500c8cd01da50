package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The walk through a recovery of the metadata that the original's documents print, by its own commands, and two cases of their FAQ: a datanode
 * that can't be reached, and a store that isn't empty. Tier 1: processes, no root.
 */
@Tag("chaos")
class MetadataWalkThroughTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String FLAG = "recover_from_replica_server: true\n";

    @TempDir
    Path home;

    private ProcessCluster cluster;

    @BeforeEach
    void start() {
        cluster = ProcessCluster.start(home, "walk-meta", 1, 3, 1);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void theMetadataIsRebuiltFromDatanodes() throws IOException, InterruptedException {
        bench("fillseq_pegasus", "10000 of 10000 written");
        bench("readrandom_pegasus", "10000 of 10000 found");
        String root = root();
        Path before = home.resolve("nodes.before");
        shell("nodes -d -o " + before);
        assertThat(counts(Files.readString(before))).hasSize(3).allSatisfy(row -> assertThat(row)
                .contains("ALIVE"));
        String list = Files.readString(before)
                .lines()
                .filter(line -> line.contains("ALIVE"))
                .map(line -> line.split(" +")[0])
                .collect(Collectors.joining("\n", "# comment line\n", "\n"));
        Path nodes = Files.writeString(home.resolve("recover_node_list"), list);

        cluster.stop("m1");
        Path data = cluster.dir("m1").resolve("data");
        Files.move(data, cluster.dir("m1").resolve("data-lost"));
        Path config = cluster.dir("m1").resolve("master.yaml");
        String without = Files.readString(config);
        Files.writeString(config, without + FLAG);
        cluster.startAgain("m1");
        eventually().until(() -> refused("shell", "-c", "ls").contains("ERR_UNDER_RECOVERY"));
        assertThat(refused("shell", "-c", "ls")).contains("list apps failed, error=ERR_UNDER_RECOVERY");

        unreachable(nodes);
        assertThat(shell("recover -f " + nodes))
                .contains("Wait seconds: 100\nSkip bad nodes: false\nSkip lost partitions: false\nNode list:\n====")
                .contains("Recover result: ERR_OK")
                .doesNotContain("ERROR", "WARNING");
        assertThat(root()).isNotEqualTo(root);
        eventually()
                .until(() -> shell("nodes -d").equals(Files.readString(before).strip()));
        assertThat(shell("ls")).contains("temp");
        bench("readrandom_pegasus", "10000 of 10000 found");

        Files.writeString(config, without);
        cluster.stop("m1");
        cluster.startAgain("m1");
        bench("readrandom_pegasus", "10000 of 10000 found");
        storeThatIsNotEmpty(config, without);
        guidedMove(config, without);
    }

    /** The same once more, to a third generation, with the tool that says what is to be done next; killed on the way, and run again. */
    private void guidedMove(Path config, String without) throws IOException, InterruptedException {
        String root = root();
        String lists = home.resolve("lists").toString();
        List<String> masters = List.of(cluster.http("m1"));
        Path said = home.resolve("move.out");
        Process killed = cluster.tool(said, masters, "meta", "move", lists);
        eventually().until(() -> Files.readString(said).contains("2/5 stop all masters of now: " + masters.getFirst()));
        cluster.stop("m1");
        eventually().until(() -> Files.readString(said).contains("3/5 start one master at " + masters.getFirst()));
        killed.destroyForcibly().waitFor();

        Process move = cluster.tool(said, masters, "meta", "move", lists);
        Files.move(cluster.dir("m1").resolve("data"), cluster.dir("m1").resolve("data-moved"));
        Files.writeString(config, without + FLAG);
        cluster.startAgain("m1");
        assertThat(move.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(said))
                .contains("1/5 lists: those in ", "5/5 datanodes, their counts of replicas and tables are as before")
                .containsPattern("moved from /.+ to /.+: 3 datanodes and [0-9]+ tables are as before");
        assertThat(move.exitValue()).isZero();
        assertThat(root()).isNotEqualTo(root);
        bench("readrandom_pegasus", "10000 of 10000 found");
    }

    /** It is named, with the option that goes on without it; nothing is made. */
    private void unreachable(Path nodes) throws InterruptedException {
        cluster.kill("d3");
        assertThat(refused("shell", "-c", "recover -f " + nodes))
                .contains("Recover result: ERR_TRY_AGAIN")
                .contains("ERROR: collect app and replica info from node(" + cluster.host("d3")
                        + ":17310) failed with err(")
                .contains("you can skip it by set skip_bad_nodes option");
        assertThat(refused("shell", "-c", "ls")).contains("ERR_UNDER_RECOVERY");
        cluster.startAgain("d3");
        eventually().until(() -> !AdminClient.getFrom(cluster.http("d3"), "/v1/status")
                .path("replicas")
                .isEmpty());
    }

    /** The master says the original's sentence and ends; its store is as it was. */
    private void storeThatIsNotEmpty(Path config, String without) throws IOException {
        cluster.stop("m1");
        Files.writeString(config, without + FLAG);
        cluster.startAgain("m1");
        Path log = cluster.dir("m1").resolve("log");
        eventually().until(() -> Files.readString(log)
                .contains("find apps from remote storage, but [meta_server].recover_from_replica_server = true"));
        eventually().until(() -> cluster.kintsugi("onebox", "list").contains("stopped"));
        Files.writeString(config, without);
        cluster.startAgain("m1");
        bench("readrandom_pegasus", "10000 of 10000 found");
    }

    /** Address, state and replicas; who is primary may have changed. */
    private static List<List<String>> counts(String nodes) {
        return nodes.lines()
                .filter(line -> line.matches(".*\\b(ALIVE|DEAD)\\b.*"))
                .map(line -> List.of(line.split(" +")).subList(0, 3))
                .toList();
    }

    private String root() {
        return shell("cluster_info")
                .lines()
                .filter(line -> line.startsWith("metadata_root"))
                .findFirst()
                .orElseThrow();
    }

    private void bench(String type, String says) {
        eventually().untilAsserted(() -> assertThat(
                        cluster.kintsugi("bench", "--app_name", "temp", "-t", type, "-n", "10000"))
                .contains(says));
    }

    private String shell(String line) {
        return cluster.kintsugi("shell", "-c", line).strip();
    }

    /** What a command that fails says. */
    private String refused(String... arguments) throws InterruptedException {
        Path output = home.resolve("refused-" + System.nanoTime() + ".out");
        Process process = cluster.tool(output, List.of(cluster.http("m1")), arguments);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        try {
            String text = Files.readString(output);
            assertThat(process.exitValue()).as(text).isNotZero();
            return text;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ConditionFactory eventually() {
        return await().atMost(PATIENCE).ignoreExceptions();
    }
}
