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
    private Trial trial;
    private RecordingWriter writer;

    private void start(Path home, Map<String, String> environment) {
        trial = new Trial(ProcessCluster.start(home, "diverges", 1, 3, 1, environment, Map.of()), 1, 3);
        writer = trial.underFullLoad(500);
    }

    @AfterEach
    void stop() {
        if (trial != null) {
            trial.close();
        }
    }

    @Test
    void aFrozenPrimaryWakesWhenAnotherIsInOffice(@TempDir Path home) {
        start(home, Map.of());
        Part part = trial.tables.parts().getFirst();
        String frozen = trial.watched.primary(part);
        trial.cluster.pause(frozen);
        awaitAnother(part, frozen);
        long writes = writer.writes();
        Watched.until("the other takes writes", () -> writer.writes() > writes + 100);
        trial.cluster.resume(frozen);
        allIsOne(part);
    }

    @Test
    void aPrimaryThatIsCutOffComesBackWithoutWhatOnlyItHas(@TempDir Path home) {
        Tier.requires("aPrimaryThatIsCutOffComesBackWithoutWhatOnlyItHas", Netns.unavailable());
        Netns.open();
        FaultShim shim = FaultShim.build(ProcessCluster.repository(), home.resolve("faults"));
        start(home.resolve("cluster"), shim.environment());
        Part part = trial.tables.parts().getFirst();
        String alone = trial.watched.primary(part);
        List<String> others = trial.watched.members(part).stream()
                .filter(m -> !m.equals(alone))
                .toList();
        try {
            // clients still reach it: what it takes now reaches nobody. Without the masters it can't ask to go on
            // alone, as it may
            // when it loses one member after the other
            trial.cluster.masters().forEach(master -> Netns.cut(trial.cluster.host(alone), trial.cluster.host(master)));
            others.forEach(other -> Netns.cut(trial.cluster.host(alone), trial.cluster.host(other)));
            awaitAnother(part, alone);
            Netns.isolate(trial.cluster.host(alone));
            long writes = writer.writes();
            Watched.until("the other takes writes", () -> writer.writes() > writes + 100);
        } finally {
            Netns.heal();
        }
        allIsOne(part);
    }

    private void awaitAnother(Part part, String before) {
        Watched.until("another leads", () -> !List.of("", before).contains(trial.watched.primary(part)));
        trial.tables.awaitServed(List.of(part));
    }

    /** All are in-sync, hold the same, and that is what was acknowledged. */
    private void allIsOne(Part part) {
        trial.watched.awaitAllInSync();
        writer.stop();
        assertThat(writer.check()).isEmpty();
        assertThat(writer.unknown() + writer.refused())
                .as("writes that were given up")
                .isNotNegative();
        trial.tables.assertNothingLost();
        trial.watched.admin().post("/v1/partitions/verify", Map.of("partition", part.name()));
        Watched.until(
                "its replicas are compared",
                () -> !compared(part).path("counting").asBoolean()
                        && !compared(part).path("status").asText().equals("never"));
        assertThat(compared(part).path("status").asText())
                .as("%s", compared(part))
                .isEqualTo("same");
        System.out.println(trial.tables.figures() + writer.unknown() + " unknown under full load");
    }

    private JsonNode compared(Part part) {
        return trial.watched
                .admin()
                .get("/v1/partitions/verify?partition=" + part.name())
                .get(0);
    }
}
