package io.kintsugi.datanode.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.Message;
import io.kintsugi.datanode.replica.TableDefinition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A replica that is opened anew while a copy comes to it begins another one. The late one removes its own files when it ends, so they must not be
 * those of the new one (seed 59120 of the simulation).
 */
class CopiesApartTest {
    private static final int PARTITION = 1;
    private static final long PRIMARY = 1;
    private static final long JOINING = 2;
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Member SOURCE = new Member(PRIMARY, 1, 1, "a:1", "a:2");

    private LoneNode alone;

    @BeforeEach
    void start(@TempDir Path dir) {
        alone = new LoneNode(dir);
    }

    @AfterEach
    void stop() {
        alone.close();
    }

    private void offered(int times) {
        await().atMost(LONG).until(() -> {
            alone.node.deliver(new Envelope(PARTITION, PRIMARY, JOINING, new Message.SeedOffer(2, SOURCE, 50)));
            return alone.jobs.size() >= times;
        });
    }

    @Test
    void aCopyAfterAReloadHasADirectoryOfItsOwn() throws Exception {
        Config config = new Config(
                PARTITION,
                0,
                new TableDefinition(1, "t", 1, 1, 1, "crc32c", false, 1),
                2,
                List.of(SOURCE),
                new Member(JOINING, 2, 2, "b:1", "b:2"),
                PRIMARY,
                List.of(PRIMARY),
                PRIMARY,
                1);
        NodeHost node = alone.node;
        node.create(JOINING, LoneNode.DISK, config);
        await().atMost(LONG).until(() -> node.replica(JOINING) != null);
        offered(1);
        node.reload(PARTITION).getFirst().get(30, TimeUnit.SECONDS);
        offered(2);
        assertThat(alone.jobs.get(1).target()).isNotEqualTo(alone.jobs.get(0).target());
    }
}
