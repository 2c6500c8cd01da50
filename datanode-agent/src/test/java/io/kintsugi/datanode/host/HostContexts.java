package io.kintsugi.datanode.host;

import com.codahale.metrics.MetricRegistry;
import io.kintsugi.common.Clock;
import io.kintsugi.datanode.replica.ReplicaOptions;
import io.kintsugi.datanode.store.DiskFiles;
import io.kintsugi.datanode.store.NodeDirectory;
import io.kintsugi.datanode.store.RocksEnvironment;
import java.nio.file.Path;

/** What a datanode of a test shares: everything real, with the settings that nobody changed. */
public final class HostContexts {
    private HostContexts() {}

    /** Small, and to be closed. */
    public static RocksEnvironment rocks(Path dir) {
        RocksEnvironment.loadLibrary(dir);
        return new RocksEnvironment(8 << 20, 8 << 20);
    }

    /** @param dir where the agent's own directory is made */
    public static HostContext real(RocksEnvironment rocks, Path dir) {
        return new HostContext(
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
    }
}
