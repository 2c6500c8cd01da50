package io.kintsugi.cli.demo;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.onebox.Layout;
import io.kintsugi.common.config.ConfigFile;
import io.kintsugi.common.config.ConfigReader;
import io.kintsugi.datanode.boot.DatanodeConfig;
import io.kintsugi.datanode.boot.DatanodeServer;
import io.kintsugi.master.boot.MasterConfig;
import io.kintsugi.master.boot.MasterServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** {@link LocalCluster} of the real servers, each with the configuration file that a process of its own would get. */
public final class EmbeddedCluster implements LocalCluster {
    private final Map<String, Running> running = new HashMap<>();

    /** Ends a server abruptly. */
    private interface Running {
        void kill() throws IOException;
    }

    @Override
    public void start(Layout.Instance instance) {
        start(List.of(instance));
    }

    @Override
    public synchronized void start(List<Layout.Instance> instances) {
        // One thread each: most of a start is waiting for disks and for classes that another is loading.
        var started = new HashMap<String, Future<Running>>();
        try (ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, instances.size()))) {
            for (Layout.Instance instance : instances) {
                Callable<Running> launch = () -> launch(instance);
                started.put(instance.name(), threads.submit(launch));
            }
        }
        started.forEach((name, server) -> running.put(name, get(name, server)));
    }

    private static Running launch(Layout.Instance instance) throws IOException {
        ConfigReader config = ConfigFile.load(instance.config(), List.of());
        if (instance.master()) {
            MasterServer server = MasterServer.start(MasterConfig.read(config));
            return server::kill;
        }
        DatanodeServer server = DatanodeServer.start(DatanodeConfig.read(config));
        return server::kill;
    }

    private static Running get(String name, Future<Running> server) {
        try {
            return server.get();
        } catch (ExecutionException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    "START_FAILED",
                    name + " can't start: " + e.getCause().getMessage(),
                    null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "INTERRUPTED", "interrupted while " + name + " starts", null);
        }
    }

    @Override
    public synchronized void kill(Layout.Instance instance) {
        Running server = running.remove(instance.name());
        if (server != null) {
            end(server);
        }
    }

    @Override
    public synchronized boolean isRunning(Layout.Instance instance) {
        return running.containsKey(instance.name());
    }

    @Override
    public void failDisk(Layout.Instance datanode, Path disk) {
        try {
            Files.move(disk, disk.resolveSibling(disk.getFileName() + ".failed"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        // Abruptly: the files are removed next, so there is nothing to save.
        var ends = new ArrayList<Thread>();
        running.values().forEach(server -> ends.add(Thread.ofPlatform().start(() -> end(server))));
        running.clear();
        for (Thread thread : ends) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void end(Running server) {
        try {
            server.kill();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
