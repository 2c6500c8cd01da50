package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Proposal;
import io.kintsugi.datanode.store.DiskFiles;
import io.kintsugi.datanode.store.RocksEnvironment;
import io.kintsugi.proto.Backups;
import io.kintsugi.proto.DiskReport;
import io.kintsugi.proto.ReplicaReport;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A datanode of one disk, whose number is 2, that nobody hears. */
final class LoneNode implements AutoCloseable {
    static final int DISK = 2;

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

    /** Copies that it was told to take; they never begin, nor notice that they are cancelled. */
    final List<Seeder.Job> jobs = new CopyOnWriteArrayList<>();

    final NodeHost node;
    private final RocksEnvironment rocks;

    LoneNode(Path dir) {
        rocks = HostContexts.rocks(dir);
        HostContext context = HostContexts.real(rocks, dir);
        Nobody nobody = new Nobody();
        node = new NodeHost(context, nobody, nobody, (job, listener) -> {
            jobs.add(job);
            return () -> {};
        });
        DiskFiles.local().createDirectories(dir.resolve("disk"));
        node.start(List.of(dir.resolve("disk")), () -> "the-disk");
        node.numberDisks(Map.of("the-disk", DISK));
    }

    @Override
    public void close() {
        node.stop(true);
        rocks.close();
    }
}
