package io.kintsugi.chaos.availability;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.chaos.ProcessCluster;
import io.kintsugi.chaos.RecordingWriter;
import io.kintsugi.chaos.availability.TablesUnderLoad.Part;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Primaries change by name, and because their process is killed, while clients write as fast as they can: nothing is lost. What a client
 * waited at most is printed. Tier 1: processes, no root.
 */
@Tag("chaos")
class LeaderChangeTest {
    private static final int ROUNDS = 2;
    private static final int WRITERS = 8;

    private ProcessCluster cluster;
    private Watched watched;
    private TablesUnderLoad tables;
    private RecordingWriter writer;

    @BeforeEach
    void start(@TempDir Path home) {
        cluster = ProcessCluster.start(home, "leaders", 1, 3, 1);
        watched = Watched.of(cluster);
        tables = new TablesUnderLoad(cluster, 2, 2, 3);
        watched.admin().post("/v1/tables", Map.of("name", "load", "partitions", 4, "replicas", 3));
        writer = new RecordingWriter(cluster.client(), "load", 2_000, 200);
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
    void primariesChangeUnderLoadByNameAndByDeath() {
        cluster.kintsugi("shell", "-c", "changeleader r3 0 auto");
        writer.forgetSlowest();
        int changes = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (Part part : tables.parts()) {
                for (String member : watched.members(part)) {
                    if (!watched.primary(part).equals(member)) {
                        watched.changeLeader(part, member);
                        changes++;
                    }
                }
            }
        }
        System.out.printf("%d changes by name: a write took %d ms at most%n", changes, writer.slowestMillis());
        writer.forgetSlowest();
        Part part = tables.parts().getLast();
        String killed = watched.primary(part);
        cluster.killAtOnce(killed);
        Watched.until("another leads", () -> !List.of("", killed).contains(watched.primary(part)));
        tables.awaitServed(tables.parts());
        System.out.printf("a primary was killed: a write took %d ms at most%n", writer.slowestMillis());
        cluster.startAgain(killed);
        watched.awaitAllInSync();
        writer.stop();
        assertThat(writer.check()).isEmpty();
        tables.assertNothingLost();
        System.out.println(tables.figures());
    }
}
