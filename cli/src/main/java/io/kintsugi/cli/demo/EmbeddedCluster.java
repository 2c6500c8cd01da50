package io.kintsugi.cli.demo;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.onebox.Layout;
import java.nio.file.Path;

/** {@link LocalCluster} of the real servers. */
public final class EmbeddedCluster implements LocalCluster {
    @Override
    public void start(Layout.Instance instance) {
        throw new CliException(ExitCode.FAILED, "NOT_BUILT_IN", "the servers aren't there yet", null);
    }

    @Override
    public void kill(Layout.Instance instance) {}

    @Override
    public boolean isRunning(Layout.Instance instance) {
        return false;
    }

    @Override
    public void failDisk(Layout.Instance datanode, Path disk) {}

    @Override
    public void close() {}
}
