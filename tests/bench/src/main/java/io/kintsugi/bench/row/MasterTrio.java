package io.kintsugi.bench.row;

import com.codahale.metrics.MetricRegistry;
import io.kintsugi.bench.Waiting;
import io.kintsugi.common.Clock;
import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.consensus.ConsensusConfig;
import io.kintsugi.master.consensus.MasterAddress;
import io.kintsugi.master.consensus.MasterGroup;
import io.kintsugi.master.consensus.MasterPeers;
import io.kintsugi.master.consensus.Peer;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.port.LeaderListener;
import io.kintsugi.master.state.MasterCore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The consensus of three masters in this JVM: Raft, group commit, the core, RocksDB; no HTTP, no drivers. */
final class MasterTrio implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private final Map<String, MasterGroup> groups = new LinkedHashMap<>();

    /** Founds the group and makes a table of so many partitions on three datanodes that exist on paper only. */
    MasterTrio(List<MasterAddress> addresses, Function<MasterAddress, ConsensusConfig> config, int partitions) {
        try {
            for (MasterAddress self : addresses) {
                groups.put(
                        self.name(),
                        MasterGroup.start(
                                config.apply(self),
                                new MasterGroup.Ports(
                                        new Neighbours(),
                                        MasterCore::new,
                                        new Nobody(),
                                        MasterTrio::fatal,
                                        Clock.system(),
                                        new Random(self.raft()),
                                        new MetricRegistry(),
                                        failpoint -> {})));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("starting masters", e);
        }
        groups.values().iterator().next().init();
        Waiting.until("a leading master with a cluster", PATIENCE, Duration.ofMillis(20), () -> groups.values().stream()
                .anyMatch(g -> g.status().leading() && g.state().cluster().isPresent()));
        for (int i = 1; i <= 3; i++) {
            accepted(new Command.RegisterNode(
                    "uuid-" + i,
                    "d" + i,
                    "127.0.0.1:" + i,
                    "127.0.0.1:" + (100 + i),
                    "default",
                    "",
                    List.of(new Command.DiskFact("disk-" + i, "/disk" + i))));
        }
        List<Integer> disks = state().disks().stream().map(Disk::id).toList();
        List<Command.Placement> placements = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            placements.add(new Command.Placement(disks));
        }
        accepted(new Command.CreateTable("t", 3, 1, "crc32c", placements));
    }

    /** A caller that changes one partition's configuration with each request: takes a member out of in-sync, and in again. */
    final class Caller {
        private final Partition partition;
        private long epoch;
        private boolean all = true;

        private Caller(Partition partition) {
            this.partition = partition;
            this.epoch = partition.epoch();
        }

        CompletableFuture<?> next() {
            all = !all;
            List<Long> inSync = all
                    ? partition.inSync()
                    : partition.inSync().stream()
                            .filter(r -> r == partition.primary())
                            .toList();
            return propose(new Command.ChangeInSync(partition.id(), epoch, partition.primary(), inSync))
                    .thenAccept(outcome -> {
                        check(outcome);
                        epoch = outcome.value();
                    });
        }
    }

    /** A caller for each partition. */
    List<Caller> callers() {
        return state().partitions().values().stream().map(Caller::new).toList();
    }

    private ClusterView state() {
        return leader().state();
    }

    private MasterGroup leader() {
        return groups.values().stream()
                .filter(g -> g.status().leading())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no master leads any more"));
    }

    private CompletableFuture<Outcome> propose(Command command) {
        return leader().proposer().propose("", 0, "bench", command);
    }

    private void accepted(Command command) {
        check(propose(command).join());
    }

    private static void check(Outcome outcome) {
        if (!outcome.accepted()) {
            throw new IllegalStateException(outcome.reason() + ": " + outcome.message());
        }
    }

    private static void fatal(String reason, String message, Throwable cause) {
        throw new IllegalStateException("a master stopped: " + reason + ": " + message, cause);
    }

    @Override
    public void close() {
        for (MasterGroup group : groups.values()) {
            try {
                group.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Nobody implements LeaderListener {
        @Override
        public void leaderReady(long term, ClusterView view) {}

        @Override
        public void leaderLost() {}

        @Override
        public void published(ClusterView view) {}
    }

    /** The other masters, by a call. Nobody is ever seeded here. */
    private final class Neighbours implements MasterPeers {
        @Override
        public CompletableFuture<Info> info(MasterAddress master) {
            MasterGroup group = groups.get(master.name());
            return group == null
                    ? CompletableFuture.failedFuture(new IllegalStateException(master + " isn't up yet"))
                    : CompletableFuture.completedFuture(group.info());
        }

        @Override
        public CompletableFuture<Void> found(MasterAddress master, Founding founding) {
            groups.get(master.name()).found(founding);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Seed> seed(MasterAddress leader, String name) {
            return CompletableFuture.failedFuture(new UnsupportedOperationException("no seeding here"));
        }

        @Override
        public CompletableFuture<Void> download(MasterAddress leader, Seed seed, Path directory) {
            return CompletableFuture.failedFuture(new UnsupportedOperationException("no seeding here"));
        }

        @Override
        public CompletableFuture<Void> join(MasterAddress leader, Peer peer) {
            return CompletableFuture.failedFuture(new UnsupportedOperationException("no seeding here"));
        }
    }
}
