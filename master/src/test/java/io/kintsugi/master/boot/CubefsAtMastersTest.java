package io.kintsugi.master.boot;

import static io.kintsugi.master.boot.TestMasters.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kintsugi.master.command.Command;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The compatible API, whichever master is asked: its clients try one after the other. */
class CubefsAtMastersTest {
    @TempDir
    Path dir;

    private static final Map<String, String> PLAIN =
            Map.of("election.timeout.min", "300ms", "election.timeout.max", "600ms");

    private static JsonObject ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonObject envelope = new JsonObject(answer.body());
        assertThat(envelope.fieldNames()).containsExactly("code", "msg", "data");
        assertThat(envelope.getInteger("code")).as(answer.body()).isZero();
        assertThat(envelope.getString("msg")).isEqualTo("success");
        return envelope;
    }

    @Test
    void aFollowerPassesOnAndAnswersWhereItIsByItself() throws IOException {
        try (TestMasters masters = TestMasters.initialised(dir, 3, PLAIN)) {
            masters.propose(
                    "", new Command.RegisterNode("u", "d1", "10.0.0.1:17310", "10.0.0.1:17320", "z", "", List.of()));
            // whoever leads may change at any moment, and until the new one is ready everybody is told to try another
            await().atMost(LONG).untilAsserted(() -> {
                JsonObject cluster = ok(masters.request(
                                "POST", masters.follower(), "/admin/getCluster?volStorageClass=false", ""))
                        .getJsonObject("data");
                assertThat(cluster.getString("LeaderAddr"))
                        .isEqualTo("127.0.0.1:"
                                + masters.config(masters.awaitLeader()).http().port());
                assertThat(cluster.getJsonArray("MasterNodes")).hasSize(3);
                assertThat(cluster.getJsonArray("DataNodes")).hasSize(1);
            });
            assertThat(ok(masters.request("GET", masters.follower(), "/admin/getIp", ""))
                            .getJsonObject("data")
                            .getString("Ip"))
                    .isEqualTo("127.0.0.1");
        }
    }

    @Test
    void withoutALeaderItIsPlainTextAtWhichClientsTryTheNextMaster() throws IOException {
        try (TestMasters masters = new TestMasters(dir, 3, PLAIN)) {
            masters.start("m1");
            HttpResponse<String> answer = masters.request("GET", "m1", "/admin/getCluster", "");
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).startsWith("no leader");
            assertThat(ok(masters.request("GET", "m1", "/admin/getIp", "")).getJsonObject("data"))
                    .isNotNull();
        }
    }
}
