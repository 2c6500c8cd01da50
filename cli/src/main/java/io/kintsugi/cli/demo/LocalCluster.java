package io.kintsugi.cli.demo;

import io.kintsugi.cli.onebox.Layout;
import java.nio.file.Path;
import java.util.List;

/** A cluster in this process, as {@code demo} handles it. */
public interface LocalCluster extends AutoCloseable {
    /** Starts an instance; returns when it listens. */
    void start(Layout.Instance instance);

    /** Starts several at once. */
    void start(List<Layout.Instance> instances);

    /** Ends an instance abruptly: nothing is flushed. */
    void kill(Layout.Instance instance);

    boolean isRunning(Layout.Instance instance);

    /** Takes a disk's directory away, as a controller that dies would. */
    void failDisk(Layout.Instance datanode, Path disk);

    /** Ends everything that runs. */
    @Override
    void close();
}
