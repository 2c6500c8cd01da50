package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.fault.Armory;
import io.kintsugi.client.KintsugiClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The recovery of all data after a disaster: the datanodes died one after another, and the last one, which alone was in-sync, doesn't come
 * back. The tool is killed in the middle, and the leading master at each step; run again, the tool comes to the same end. Tier 1: processes, no root.
 */
@Tag("chaos")
class RecoverDataTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PARTITIONS = 4;
    /** What a leading master proposes on the way, in this order. */
    private static final List<String> STEPS = List.of(
            "master.recover-data.before-fence",
            "master.recovery.choose",
            "master.recovery.finish",
            "master.recover-data.before-finish");

    private static final int KEYS = 20;

    @TempDir
    Path home;

    private ProcessCluster cluster;
    private AdminClient admin;
    private Armory armory;

    @BeforeEach
    void start() {
        cluster = ProcessCluster.start(home, "rescue", 3, 3, 1);
        admin = cluster.admin();
        armory = new Armory(cluster);
        cluster.kintsugi("table", "create", "t", "-p", "" + PARTITIONS, "-r", "3");
        admin.patch("/v1/settings", Map.of("BrakePercent", "0"));
        inSync(3);
    }

    @AfterEach
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void theToolIsKilledAndTheLeadingMasterAtEachStepAndItComesToTheSameEnd() throws InterruptedException {
        write("first");
        lose("d3", 2);
        write("second");
        lose("d2", 1);
        write("third");
        cluster.kill("d1");
        eventually().until(() -> !alive("d1"));
        cluster.startAgain("d3", "d2");
        eventually().until(() -> alive("d2") && alive("d3"));
        eventually().until(() -> chooses() > 0 && chooses() == choosing("d2"));
        int all = chooses();
        assertThat(plan().path("partitions"))
                .as("d2 left after d3, and it is said who would lose less")
                .allSatisfy(row -> assertThat(row.path("with").asText()).startsWith("d2:"))
                .allSatisfy(row -> assertThat(row.path("loss").asText()).contains("may be lost"))
                .allSatisfy(row -> assertThat(row.path("awaited").toString()).contains("d1:"));

        armory.pause(STEPS.getFirst(), cluster.masters());
        Process tool = tool("killed");
        eventually().until(() -> !ops().isEmpty());
        assertThat(automaticFailover()).isEqualTo("false");
        ProcessCluster.killed(tool);
        killLeaderAtEachStep();

        Process again = tool("again");
        assertThat(again.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(again.exitValue()).as("its end, every partition verified").isZero();
        assertThat(ops()).singleElement().satisfies(op -> {
            assertThat(op.path("status").asText()).isEqualTo("Success");
            assertThat(op.path("reason").asText()).isEqualTo("DATA_MAY_BE_LOST");
            assertThat(op.path("children")).hasSize(all);
        });
        assertThat(automaticFailover()).isEqualTo("true");
        holds("first", true);
        holds("second", true);
        holds("third", false);
        cluster.startAgain("d1");
        inSync(3);
        holds("second", true);
        holds("third", false);
    }

    /** The first of the points is armed already. */
    private void killLeaderAtEachStep() {
        for (int i = 0; i < STEPS.size(); i++) {
            String step = STEPS.get(i);
            String leader = await("a master stands at " + step)
                    .atMost(PATIENCE)
                    .until(() -> armory.standing(step, cluster.masters()), Optional::isPresent)
                    .orElseThrow();
            List<String> others =
                    cluster.masters().stream().filter(m -> !m.equals(leader)).toList();
            if (i + 1 < STEPS.size()) {
                armory.pause(STEPS.get(i + 1), others);
            }
            armory.off(step, others);
            cluster.killAtOnce(leader);
            eventually().until(() -> others.contains(admin.leader()));
            cluster.startAgain(leader);
            if (i + 1 < STEPS.size()) {
                armory.pause(STEPS.get(i + 1), List.of(leader));
            }
        }
    }

    private static ConditionFactory eventually() {
        return await().atMost(PATIENCE).ignoreExceptions();
    }

    private void lose(String datanode, int left) {
        cluster.kill(datanode);
        eventually().until(() -> !alive(datanode));
        inSync(left);
    }

    /** So many of each partition, and it serves. */
    private void inSync(int replicas) {
        eventually()
                .until(() -> all(
                        admin.get("/v1/partitions?table=t"),
                        p -> p.path("inSync").size() == replicas
                                && !p.path("primary").asText("").isEmpty()));
    }

    private static boolean all(JsonNode rows, Predicate<JsonNode> condition) {
        return rows.size() == PARTITIONS
                && StreamSupport.stream(rows.spliterator(), false).allMatch(condition);
    }

    private boolean alive(String datanode) {
        return StreamSupport.stream(admin.get("/v1/nodes").spliterator(), false)
                .anyMatch(n -> n.path("node").asText().equals(datanode)
                        && n.path("alive").asBoolean());
    }

    private JsonNode plan() {
        return admin.get("/v1/cluster/recover-data");
    }

    /** Of all tables, that which a onebox begins with too. */
    private int chooses() {
        return plan().path("counts").path("chooses").asInt();
    }

    private int choosing(String datanode) {
        return (int) StreamSupport.stream(plan().path("partitions").spliterator(), false)
                .filter(row -> row.path("with").asText().startsWith(datanode + ":"))
                .count();
    }

    private List<JsonNode> ops() {
        return StreamSupport.stream(admin.get("/v1/ops").spliterator(), false)
                .filter(op -> op.path("kind").asText().equals("RecoverData"))
                .toList();
    }

    private String automaticFailover() {
        return admin.get("/v1/settings").path("AutoFailover").asText();
    }

    private Process tool(String name) {
        return cluster.tool(
                home.resolve(name + ".out"),
                cluster.mastersHttp(),
                "cluster",
                "recover-data",
                "--yes",
                "--force-choice");
    }

    private void write(String age) {
        try (KintsugiClient client = cluster.client()) {
            for (int i = 0; i < KEYS; i++) {
                client.table("t").put(bytes(age + i), bytes(age));
            }
        }
    }

    private void holds(String age, boolean kept) {
        try (KintsugiClient client = cluster.client()) {
            for (int i = 0; i < KEYS; i++) {
                assertThat(client.table("t").get(bytes(age + i)).isPresent())
                        .as("%s%d", age, i)
                        .isEqualTo(kept);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
