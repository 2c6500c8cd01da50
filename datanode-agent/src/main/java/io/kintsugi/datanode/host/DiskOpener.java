package io.kintsugi.datanode.host;

import io.kintsugi.datanode.store.DiskFormat;
import io.kintsugi.datanode.store.StorageException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a node's disks. One that can't be opened now, being full, say, or not mounted, is set aside, told, and tried again. */
final class DiskOpener {
    private static final Logger LOG = LoggerFactory.getLogger(DiskOpener.class);
    private static final long AGAIN_NANOS = Duration.ofSeconds(10).toNanos();

    private final HostContext context;
    private final DiskFormat format;
    private final Consumer<List<DiskHost>> opened;
    private final HostRuntime.Loop loop;
    private final HostRuntime.Timer timer;
    private volatile List<NodeHost.Unusable> unusable = List.of();

    /** @param opened told of disks that came later; in a thread of its own */
    DiskOpener(HostContext context, Supplier<String> newUuid, Consumer<List<DiskHost>> opened) {
        this.context = context;
        this.format = new DiskFormat(context.stores(), context.files(), newUuid);
        this.opened = opened;
        loop = context.runtime().loop("disks", () -> {});
        timer = loop.timer(this::again);
    }

    /** Those that can be used at once. The others are tried again from now on. */
    List<DiskHost> start(List<Path> paths) {
        List<DiskHost> found = open(paths);
        unusable.forEach(disk -> LOG.error("DISK_BROKEN: disk {} is not used: {}", disk.path(), disk.error()));
        loop.execute(this::watch);
        loop.start();
        return found;
    }

    List<NodeHost.Unusable> unusable() {
        return unusable;
    }

    void stop() {
        loop.stop();
    }

    private List<DiskHost> open(List<Path> paths) {
        List<DiskHost> found = new ArrayList<>();
        List<NodeHost.Unusable> left = new ArrayList<>();
        for (Path path : paths) {
            try {
                found.add(new DiskHost(context, format.open(path)));
            } catch (StorageException e) {
                left.add(new NodeHost.Unusable(path, e.getMessage()));
            }
        }
        unusable = List.copyOf(left);
        return found;
    }

    private void watch() {
        if (!unusable.isEmpty()) {
            timer.at(context.clock().nanos() + AGAIN_NANOS);
        }
    }

    private void again() {
        List<DiskHost> found =
                open(unusable.stream().map(NodeHost.Unusable::path).toList());
        found.forEach(disk -> LOG.info("disk {} can be used now", disk.path()));
        if (!found.isEmpty()) {
            opened.accept(found);
        }
        watch();
    }
}
