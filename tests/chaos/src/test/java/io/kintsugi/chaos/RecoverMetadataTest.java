package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.fault.Armory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All masters' stores are lost, under writers that go on. On the way back the master is killed at each step, a datanode while it is asked,
 * and the tool; then the masters of before come back to life beside the new one. Tier 1: processes, no root.
 */
@Tag("chaos")
class RecoverMetadataTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** A write that no master can help for as long as a recovery takes isn't given up. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private static final String COMMIT = "master.rebuild.commit";
    /** What a recovering master comes by, in this order. */
    private static final List<String> STEPS =
            List.of("master.rebuild.fence", "master.rebuild.collect-again", COMMIT, "master.recovered.stored");

    private static final List<String> NEW = List.of("m1");
    private static final List<String> OTHERS = List.of("m2", "m3");
    private static final int EPOCH_BITS = 40;

    private static final int FAILED = 1;

    @TempDir
    Path home;

    private ProcessCluster cluster;
    private Armory armory;
    private RecordingWriter writer;

    @BeforeEach
    void start() {
        cluster = ProcessCluster.start(home, "rebuild", 3, 3, 1);
        armory = new Armory(cluster);
        cluster.kintsugi("table", "create", "t", "-p", "4", "-r", "3");
        writer = new RecordingWriter(cluster.client(LONG), "t", 200, 100);
        writer.fill(4);
        writer.start(2);
    }

    @AfterEach
    void stop() {
        try {
            writer.close();
        } finally {
            cluster.close();
        }
    }

    @Test
    void whateverIsKilledItIsAskedForAgainAndTheMastersOfBeforeChangeNothing() throws Exception {
        cluster.kill("m1", "m2", "m3");
        for (String master : cluster.masters()) {
            Files.move(data(master), ofBefore(master));
        }
        Files.writeString(
                cluster.dir("m1").resolve("master.yaml"),
                "recover_from_replica_server: true\n",
                StandardOpenOption.APPEND);

        datanodeKilledWhileItIsAsked();
        for (String step : STEPS) {
            masterKilledAt(step);
        }
        toolKilledAndRunAgain();
        whole("m1");
        mastersOfBeforeComeBack();
        othersJoin();
        writer.stop();
        assertThat(writer.check()).isEmpty();
    }

    /** It is named, and nothing is changed. */
    private void datanodeKilledWhileItIsAsked() throws InterruptedException {
        startToRecover();
        cluster.pause("d3");
        Process tool = tool("datanode");
        eventually("two have answered")
                .until(() -> of("m1", "/v1/meta/recover").path("answered").asInt() == 2);
        cluster.killAtOnce("d3");
        assertThat(ended(tool)).isEqualTo(FAILED);
        assertThat(output("datanode"))
                .contains("Recover result: ERR_TRY_AGAIN")
                .contains("you can skip it by set skip_bad_nodes option");
        cluster.startAgain("d3");
        eventually("d3 is back")
                .until(() -> !of("d3", "/v1/status").path("replicas").isEmpty());
        cluster.killAtOnce("m1");
    }

    private void masterKilledAt(String step) throws InterruptedException {
        startToRecover();
        armory.pause(step, NEW);
        Process tool = tool(step);
        during(tool, step).until(() -> armory.standing(step, NEW).isPresent());
        cluster.killAtOnce("m1");
        ProcessCluster.killed(tool);
    }

    /** The second tool joins what the first began. */
    private void toolKilledAndRunAgain() throws IOException, InterruptedException {
        startToRecover();
        armory.pause(COMMIT, NEW);
        Process tool = tool("killed");
        during(tool, "killed").until(() -> armory.standing(COMMIT, NEW).isPresent());
        String begun = of("m1", "/v1/meta/recover").path("id").asText();
        ProcessCluster.killed(tool);
        Process again = tool("again");
        eventually("the second tool waits").until(() -> output("again").contains("Wait recovery for"));
        armory.off(COMMIT, NEW);
        assertThat(ended(again)).as(output("again")).isZero();
        assertThat(output("again")).contains("Recover result: ERR_OK");
        assertThat(of("m1", "/v1/meta/recover").path("id").asText()).isEqualTo(begun);
    }

    /** Two of the three, so that they lead a group again; nobody heeds it. */
    private void mastersOfBeforeComeBack() throws IOException {
        for (String other : OTHERS) {
            Files.move(ofBefore(other), data(other));
        }
        cluster.startAgain(OTHERS.toArray(String[]::new));
        eventually("the masters of before lead their group")
                .until(() ->
                        OTHERS.contains(of("m2", "/v1/cluster").path("leader").asText()));
        JsonNode before = of("m2", "/v1/cluster");
        assertThat(before.path("generation").asLong()).isEqualTo(1);
        eventually("nobody heeds them")
                .until(() -> of("m2", "/v1/cluster").path("datanodesAlive").asInt(-1) == 0);
        whole("m1");
        long generation = of("m1", "/v1/cluster").path("generation").asLong();
        assertThat(generation).as("above all that was fenced on the way").isGreaterThan(STEPS.size());
        for (String datanode : cluster.datanodes()) {
            assertThat(of(datanode, "/v1/status").path("replicas"))
                    .as(datanode)
                    .isNotEmpty()
                    .allSatisfy(
                            r -> assertThat(r.path("epoch").asLong()).isGreaterThanOrEqualTo(generation << EPOCH_BITS));
        }
        long writes = writer.writes();
        eventually("it is written").until(() -> writer.writes() > writes);
    }

    /** With empty directories they are seeded; then the first isn't needed any more, and comes back with the flag still on. */
    private void othersJoin() throws IOException {
        cluster.kill(OTHERS.toArray(String[]::new));
        for (String other : OTHERS) {
            Files.move(data(other), cluster.dir(other).resolve("data-refused"));
        }
        cluster.startAgain(OTHERS.toArray(String[]::new));
        eventually("three masters").until(this::allAreMembers);
        cluster.killAtOnce("m1");
        eventually("another leads")
                .until(() ->
                        OTHERS.contains(of("m2", "/v1/cluster").path("leader").asText()));
        whole("m2");
        cluster.startAgain("m1");
        eventually("three masters again").until(this::allAreMembers);
    }

    /** It has nothing, whatever went before: not even a part. */
    private void startToRecover() {
        cluster.startAgain("m1");
        eventually("m1 is under recovery")
                .until(() -> of("m1", "/v1/cluster").path("state").asText().equals("under-recovery"));
    }

    private void whole(String master) {
        eventually("whole").until(() -> {
            JsonNode c = of(master, "/v1/cluster");
            return c.path("datanodesAlive").asInt() == 3
                    && c.path("partitionsWithoutPrimary").asInt(-1) == 0
                    && c.path("partitionsUnderReplicated").asInt(-1) == 0;
        });
    }

    /** All three are of the group, so that any one isn't needed. */
    private boolean allAreMembers() throws IOException {
        return StreamSupport.stream(of("m2", "/v1/cluster").path("masters").spliterator(), false)
                .allMatch(m -> m.path("role").asText().matches("leader|follower"));
    }

    private Process tool(String name) {
        String nodes = String.join(
                ",",
                cluster.datanodes().stream()
                        .map(d -> cluster.host(d) + ":17310")
                        .toList());
        return cluster.tool(home.resolve(name + ".out"), List.of(cluster.http("m1")), "meta", "recover", "-s", nodes);
    }

    private String output(String name) {
        try {
            return Files.readString(home.resolve(name + ".out"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int ended(Process tool) throws InterruptedException {
        assertThat(tool.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return tool.exitValue();
    }

    private JsonNode of(String instance, String path) throws IOException {
        return AdminClient.getFrom(cluster.http(instance), path);
    }

    private Path data(String instance) {
        return cluster.dir(instance).resolve("data");
    }

    private Path ofBefore(String instance) {
        return cluster.dir(instance).resolve("data-of-before");
    }

    /** A tool that ends before has met something else: then what it said is wanted. */
    private ConditionFactory during(Process tool, String name) {
        return eventually("recovery " + name)
                .failFast(() -> assertThat(tool.isAlive()).as(output(name)).isTrue());
    }

    private static ConditionFactory eventually(String what) {
        return await(what).atMost(PATIENCE).ignoreExceptions();
    }
}
