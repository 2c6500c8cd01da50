package io.kintsugi.master.boot;

import static io.kintsugi.master.boot.TestMasters.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kintsugi.common.failpoint.Failpoints;
import io.kintsugi.master.command.Command;
import io.kintsugi.master.consensus.FailpointNames;
import io.kintsugi.master.export.ExportedState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code GET /v1/meta/export} at real masters. */
class ExportAtMastersTest {
    @TempDir
    Path dir;

    private static Command node(int i) {
        return new Command.RegisterNode(
                "uuid-" + i, "d" + i, "127.0.0.1:" + (1000 + i), "127.0.0.1:" + (2000 + i), "z", "", List.of());
    }

    private static ExportedState export(TestMasters masters, String master) throws IOException {
        var http = masters.master(master).config().http();
        var connection = (HttpURLConnection)
                URI.create("http://" + http + "/v1/meta/export").toURL().openConnection();
        connection.setReadTimeout((int) LONG.toMillis());
        connection.setRequestProperty("X-Kintsugi-User", "ann");
        try (var in = connection.getInputStream()) {
            return ExportedState.read(new ByteArrayInputStream(in.readAllBytes()));
        }
    }

    @Test
    void anyMasterLeadsToAllOfTheLeadersState() throws IOException {
        try (TestMasters masters = TestMasters.initialised(dir, 3, Map.of())) {
            assertThat(masters.propose("r1", node(1)).accepted()).isTrue();
            String leader = masters.awaitLeader();
            for (String asked : List.of(leader, masters.follower())) {
                ExportedState export = export(masters, asked);
                assertThat(export.state().digest())
                        .isEqualTo(masters.master(leader).consensus().state().digest());
                assertThat(export.trailer().digest()).isEqualTo(export.state().digest());
                assertThat(export.state().nodes()).hasSize(1);
                assertThat(export.header().generation()).isEqualTo(1);
                assertThat(export.header().index()).isPositive();
                assertThat(export.header().by()).isEqualTo("ann");
                assertThat(export.violations()).isEmpty();
            }
        }
    }

    @Test
    void whileEntriesAreAppliedEachExportIsOfOneIndex() throws IOException {
        try (TestMasters masters = TestMasters.initialised(dir, 1, Map.of())) {
            List<ExportedState> exports = new ArrayList<>();
            int asked = 0;
            while (exports.size() < 5) {
                List<CompletableFuture<?>> registered = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    int number = ++asked;
                    registered.add(
                            masters.master("m1").consensus().proposer().propose("r" + number, 0, "test", node(number)));
                }
                exports.add(export(masters, "m1"));
                registered.forEach(CompletableFuture::join);
            }
            long before = 0;
            for (ExportedState export : exports) {
                // reading has compared digest and counts; ids are given without a gap, so no row is of another index
                assertThat(export.state().nodes())
                        .hasSize(export.state().given().node());
                assertThat(export.violations()).isEmpty();
                assertThat(export.header().index()).isGreaterThanOrEqualTo(before);
                before = export.header().index();
            }
            assertThat(export(masters, "m1").state().digest())
                    .isEqualTo(masters.master("m1").consensus().state().digest());
            try (Stream<Path> left = Files.walk(masters.dir("m1"))) {
                assertThat(left.filter(p -> p.toString().endsWith(".meta"))).hasSizeLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void aGroupThatHasNoClusterYetIsNotExported() throws IOException {
        Failpoints failpoints = new Failpoints(true);
        try (TestMasters masters = new TestMasters(dir, 1, Map.of())) {
            failpoints.set(FailpointNames.STORE_WRITE, Failpoints.Action.PAUSE);
            masters.start("m1", failpoints);
            masters.init();
            await().atMost(LONG).until(() -> masters.status("m1").leading());
            assertThat(masters.request("GET", "m1", "/v1/meta/export", "").body())
                    .contains("NOT_READY");
            failpoints.set(FailpointNames.STORE_WRITE, Failpoints.Action.OFF);
            masters.awaitLeader();
            assertThat(export(masters, "m1").header().index()).isPositive();
        }
    }

    @Test
    void withoutAGroupThereIsNothingToExport() throws IOException {
        try (TestMasters masters = new TestMasters(dir, 1, Map.of())) {
            masters.start("m1");
            assertThat(masters.request("GET", "m1", "/v1/meta/export", "").body())
                    .contains("NO_LEADER");
        }
    }
}
