package io.kintsugi.datanode.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import io.kintsugi.common.Clock;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.Message;
import io.kintsugi.datanode.replica.Proposal;
import io.kintsugi.datanode.replica.ReplicaOptions;
import io.kintsugi.datanode.replica.TableDefinition;
import io.kintsugi.datanode.store.DiskFiles;
import io.kintsugi.datanode.store.NodeDirectory;
import io.kintsugi.datanode.store.RocksEnvironment;
import io.kintsugi.proto.Backups;
import io.kintsugi.proto.DiskReport;
import io.kintsugi.proto.ReplicaReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
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

    /** Nothing that is said reaches anybody. */
    private static final class Nobody implements Peers, Uplink {
        @Override
        public void send(String address, Envelope envelope) {}

        @Override
        public void flush() {}

        @Override
        public void replicas(Collection<ReplicaReport> reports) {}

        @Override
        public void removed(long replica) {}

        @Override
        public void disk(DiskReport report) {}

        @Override
        public void propose(Proposal proposal) {}

        @Override
        public void backups(Backups backups) {}

        @Override
        public void disksAdded() {}
    }

    @TempDir
    Path dir;

    private final List<Seeder.Job> jobs = new CopyOnWriteArrayList<>();
    private RocksEnvironment rocks;
    private NodeHost node;

    @BeforeEach
    void start() {
        RocksEnvironment.loadLibrary(dir);
        rocks = new RocksEnvironment(8 << 20, 8 << 20);
        HostContext context = new HostContext(
                Clock.system(),
                new ThreadRuntime(Clock.system()),
                HostSettings.defaults(),
                ReplicaOptions.defaults(),
                rocks,
                DiskFiles.local(),
                NodeDirectory.open(DiskFiles.local(), dir.resolve("agent"), () -> "uuid"),
                () -> "b:1",
                point -> {},
                new MetricRegistry());
        Nobody nobody = new Nobody();
        node = new NodeHost(context, nobody, nobody, (job, listener) -> {
            jobs.add(job);
            return () -> {}; // it never notices that it is cancelled
        });
        DiskFiles.local().createDirectories(dir.resolve("disk"));
        node.start(List.of(dir.resolve("disk")), () -> "the-disk");
        node.numberDisks(Map.of("the-disk", 2));
    }

    @AfterEach
    void stop() {
        node.stop(true);
        rocks.close();
    }

    private void offered(int times) {
        await().atMost(LONG).until(() -> {
            node.deliver(new Envelope(PARTITION, PRIMARY, JOINING, new Message.SeedOffer(2, SOURCE, 50)));
            return jobs.size() >= times;
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
        node.create(JOINING, 2, config);
        await().atMost(LONG).until(() -> node.replica(JOINING) != null);
        offered(1);
        node.reload(PARTITION).getFirst().get(30, TimeUnit.SECONDS);
        offered(2);
        assertThat(jobs.get(1).target()).isNotEqualTo(jobs.get(0).target());
    }
}
