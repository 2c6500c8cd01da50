package io.kintsugi.chaos.availability;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.chaos.ProcessCluster;
import io.kintsugi.chaos.RecordingWriter;
import io.kintsugi.chaos.availability.TablesUnderLoad.Part;
import java.nio.file.Path;
import java.util.List;
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

    private Trial trial;
    private RecordingWriter writer;

    @BeforeEach
    void start(@TempDir Path home) {
        trial = new Trial(ProcessCluster.start(home, "leaders", 1, 3, 1), 2, 2, 3);
        writer = trial.underFullLoad(2_000);
    }

    @AfterEach
    void stop() {
        if (trial != null) {
            trial.close();
        }
    }

    @Test
    void primariesChangeUnderLoadByNameAndByDeath() {
        trial.cluster.kintsugi("shell", "-c", "changeleader r3 0 auto");
        writer.forgetSlowest();
        int changes = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (Part part : trial.tables.parts()) {
                for (String member : trial.watched.members(part)) {
                    if (!trial.watched.primary(part).equals(member)) {
                        trial.watched.changeLeader(part, member);
                        changes++;
                    }
                }
            }
        }
        System.out.printf("%d changes by name: a write took %d ms at most%n", changes, writer.slowestMillis());
        writer.forgetSlowest();
        Part part = trial.tables.parts().getLast();
        String killed = trial.watched.primary(part);
        trial.cluster.killAtOnce(killed);
        Watched.until("another leads", () -> !List.of("", killed).contains(trial.watched.primary(part)));
        trial.tables.awaitServed(trial.tables.parts());
        System.out.printf("a primary was killed: a write took %d ms at most%n", writer.slowestMillis());
        trial.cluster.startAgain(killed);
        trial.watched.awaitAllInSync();
        writer.stop();
        assertThat(writer.check()).isEmpty();
        trial.tables.assertNothingLost();
        System.out.println(trial.tables.figures());
    }
}
