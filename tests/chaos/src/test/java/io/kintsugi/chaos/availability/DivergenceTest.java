package io.kintsugi.chaos.availability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.ProcessCluster;
import io.kintsugi.chaos.RecordingWriter;
import io.kintsugi.chaos.availability.TablesUnderLoad.Part;
import io.kintsugi.chaos.fault.FaultShim;
import io.kintsugi.chaos.fault.Netns;
import io.kintsugi.chaos.fault.Tier;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A primary has writes that nobody else has, another is elected, and the first returns: it drops them, readers never saw them, and nothing
 * acknowledged is lost. Tier 1 (processes); cuts are tier 2.
 */
@Tag("chaos")
class DivergenceTest {
    private static final int WRITERS = 8;

    private ProcessCluster cluster;
    private Watched watched;
    private TablesUnderLoad tables;
    private RecordingWriter writer;

    private void start(Path home, Map<String, String> environment) {
        cluster = ProcessCluster.start(home, "diverges", 1, 3, 1, environment, Map.of());
        watched = Watched.of(cluster);
        tables = new TablesUnderLoad(cluster, 1, 3);
        watched.admin().post("/v1/tables", Map.of("name", "load", "partitions", 4, "replicas", 3));
        writer = new RecordingWriter(cluster.client(), "load", 500, 200);
        writer.fill(WRITERS);
        writer.start(WRITERS);
    }

    @AfterEach
    void stop() {
        if (writer != null) {
            writer.close();
        }
        if (tables != null) {
            tables.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aFrozenPrimaryWakesWhenAnotherIsInOffice(@TempDir Path home) {
        start(home, Map.of());
        Part part = tables.parts().getFirst();
        String frozen = watched.primary(part);
        cluster.pause(frozen);
        awaitAnother(part, frozen);
        long writes = writer.writes();
        Watched.until("the other takes writes", () -> writer.writes() > writes + 100);
        cluster.resume(frozen);
        allIsOne(part);
    }

    @Test
    void aPrimaryThatIsCutOffComesBackWithoutWhatOnlyItHas(@TempDir Path home) {
        Tier.requires("aPrimaryThatIsCutOffComesBackWithoutWhatOnlyItHas", Netns.unavailable());
        Netns.open();
        FaultShim shim = FaultShim.build(ProcessCluster.repository(), home.resolve("faults"));
        start(home.resolve("cluster"), shim.environment());
        Part part = tables.parts().getFirst();
        String alone = watched.primary(part);
        List<String> others =
                watched.members(part).stream().filter(m -> !m.equals(alone)).toList();
        try {
            // clients still reach it: what it takes now reaches nobody. Without the masters it can't ask to go on
            // alone, as it may
            // when it loses one member after the other
            cluster.masters().forEach(master -> Netns.cut(cluster.host(alone), cluster.host(master)));
            others.forEach(other -> Netns.cut(cluster.host(alone), cluster.host(other)));
            awaitAnother(part, alone);
            Netns.isolate(cluster.host(alone));
            long writes = writer.writes();
            Watched.until("the other takes writes", () -> writer.writes() > writes + 100);
        } finally {
            Netns.heal();
        }
        allIsOne(part);
    }

    private void awaitAnother(Part part, String before) {
        Watched.until("another leads", () -> !List.of("", before).contains(watched.primary(part)));
        tables.awaitServed(List.of(part));
    }

    /** All are in-sync, hold the same, and that is what was acknowledged. */
    private void allIsOne(Part part) {
        watched.awaitAllInSync();
        writer.stop();
        assertThat(writer.check()).isEmpty();
        assertThat(writer.unknown() + writer.refused())
                .as("writes that were given up")
                .isNotNegative();
        tables.assertNothingLost();
        watched.admin().post("/v1/partitions/verify", Map.of("partition", part.name()));
        Watched.until(
                "its replicas are compared",
                () -> !compared(part).path("counting").asBoolean()
                        && !compared(part).path("status").asText().equals("never"));
        assertThat(compared(part).path("status").asText())
                .as("%s", compared(part))
                .isEqualTo("same");
        System.out.println(tables.figures() + writer.unknown() + " unknown under full load");
    }

    private JsonNode compared(Part part) {
        return watched.admin()
                .get("/v1/partitions/verify?partition=" + part.name())
                .get(0);
    }
}
