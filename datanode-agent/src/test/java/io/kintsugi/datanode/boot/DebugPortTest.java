package io.kintsugi.datanode.boot;

import static io.kintsugi.datanode.boot.TestNodes.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.store.DiskFiles;
import io.kintsugi.datanode.store.Manifest;
import io.kintsugi.proto.DiskHealth;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.proto.ReplicaState;
import io.kintsugi.proto.Role;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator asks of one datanode: a replica opened anew, and faults planted to practise with. */
class DebugPortTest {
    private static final int P = 7;

    @TempDir
    Path dir;

    private TestNodes nodes;
    private DatanodeServer first;
    private DatanodeServer second;
    private long primary;
    private long member;

    @BeforeEach
    void threeReplicas() throws IOException {
        nodes = new TestNodes(dir);
        first = nodes.start("d1");
        second = nodes.start("d2");
        nodes.start("d3");
        PartitionConfig config = nodes.master.create(P, "d1", "d2", "d3");
        primary = config.getPrimary();
        member = config.getMembers(1).getReplica();
        nodes.put(P, "a", "one");
    }

    @AfterEach
    void close() throws IOException {
        nodes.close();
    }

    private static JsonObject ask(DatanodeServer server, String method, String path)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.httpAddress() + path))
                .method(method, BodyPublishers.noBody())
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            return new JsonObject(answer.body()).put("status", answer.statusCode());
        }
    }

    private void drill(DatanodeServer node, String drill, Object target, String action)
            throws IOException, InterruptedException {
        JsonObject answer = ask(node, "PUT", "/v1/debug/drills/" + drill + "?target=" + target + "&action=" + action);
        assertThat(answer.getInteger("status")).as(answer.encode()).isEqualTo(200);
    }

    private List<String> planted() throws IOException, InterruptedException {
        return ask(first, "GET", "/v1/debug/drills").getJsonArray("planted").stream()
                .map(String.class::cast)
                .toList();
    }

    /** The same configuration once more. A primary that reports no role gets one by the fake master itself. */
    private void higherEpoch() {
        nodes.master.change(P, c -> c);
    }

    private List<Long> storedMembers() {
        Path directory = nodes.disk("d2").resolve("replicas/" + P + "-" + member);
        return Manifest.read(DiskFiles.local(), directory).orElseThrow().config().members().stream()
                .map(Member::replica)
                .toList();
    }

    @Test
    void aReplicaIsReloadedAndGoesOnWithWhatItHad() throws Exception {
        JsonObject answer = ask(first, "GET", "/reloadDataPartition?id=" + P);
        assertThat(answer.getInteger("code")).as(answer.encode()).isEqualTo(200);
        JsonObject row = answer.getJsonArray("data").getJsonObject(0);
        assertThat(row.getLong("replica")).isEqualTo(primary);
        assertThat(row.getLong("lastIndex")).isEqualTo(1);
        eventually().until(() -> nodes.master.report(primary).getEpoch() > row.getLong("epoch"));
        assertThat(nodes.get(P, "a")).isEqualTo("one");
        nodes.put(P, "a", "two");
        assertThat(ask(first, "POST", "/reloadDataPartition?id=" + P).getInteger("code"))
                .isEqualTo(200);
        assertThat(nodes.get(P, "a")).isEqualTo("two");
        assertThat(ask(second, "GET", "/reloadDataPartition?id=" + P).getInteger("code"))
                .isEqualTo(200);
        eventually().until(() -> nodes.master.report(member).getRole() == Role.ROLE_MEMBER);
        nodes.put(P, "a", "three");

        assertThat(ask(first, "GET", "/reloadDataPartition?id=99").getString("msg"))
                .contains("NO_SUCH_PARTITION");
        assertThat(ask(first, "GET", "/reloadDataPartition?id=x").getString("msg"))
                .contains("parameter id is 'x'");
        assertThat(ask(first, "GET", "/reloadDataPartition").getString("msg")).isEqualTo("parameter id not found");
    }

    @Test
    void aReplicaThatBrokeWorksAgainWhenTheDrillIsOver() throws Exception {
        drill(first, "break-replica", primary, "on");
        eventually().until(() -> nodes.master.report(primary).getState() == ReplicaState.REPLICA_CORRUPT);
        assertThat(planted()).containsExactly("break-replica " + primary);
        drill(first, "break-replica", primary, "off");
        assertThat(planted()).isEmpty();
        eventually().until(() -> nodes.master.report(primary).getState() == ReplicaState.REPLICA_OK);
        assertThat(nodes.get(P, "a")).isEqualTo("one");
    }

    @Test
    void peersAreStoredWrongUntilTheDrillIsOverOrAHigherEpochComes() throws Exception {
        eventually().until(() -> storedMembers().size() == 3);
        List<Long> right = storedMembers();
        drill(second, "extra-peer", member, "on");
        eventually().until(() -> storedMembers().size() == 4);
        drill(second, "extra-peer", member, "off");
        eventually().until(() -> storedMembers().equals(right));

        drill(second, "missing-peer", member, "on");
        eventually().until(() -> storedMembers().size() == 2);
        higherEpoch();
        eventually().until(() -> storedMembers().equals(right));
        assertThat(nodes.get(P, "a")).isEqualTo("one");
        drill(second, "missing-peer", member, "off");
        assertThat(storedMembers()).isEqualTo(right);
    }

    @Test
    void aDiskBreaks() throws Exception {
        String disk = first.node().disks().getFirst().path();
        drill(first, "break-disk", disk, "on");
        eventually().until(() -> first.node().disks().getFirst().report().getHealth() == DiskHealth.DISK_BROKEN);
        assertThat(ask(first, "GET", "/reloadDataPartition?id=" + P).getString("msg"))
                .contains("DISK_BROKEN");
        drill(first, "break-disk", disk, "off");
    }

    @Test
    void whatIsWrongIsNamed() throws Exception {
        PartitionConfig config = nodes.master.config(P);
        assertThat(ask(first, "PUT", "/v1/debug/drills/break-disk?target=/no&action=on")
                        .getString("message"))
                .contains("/no");
        assertThat(ask(first, "PUT", "/v1/debug/drills/no-such?target=1&action=on")
                        .getString("message"))
                .contains("no-such");
        assertThat(ask(first, "PUT", "/v1/debug/drills/extra-peer?target=" + primary + "&action=maybe")
                        .getString("message"))
                .contains("maybe");
        assertThat(ask(first, "PUT", "/v1/debug/drills/extra-peer?target=" + primary + "&action=off")
                        .getString("message"))
                .contains("isn't on");
        assertThat(nodes.master.config(P)).isEqualTo(config);
    }
}
