package io.kintsugi.datanode.copy;

import io.kintsugi.datanode.host.HostContext;
import io.kintsugi.datanode.host.HostRuntime;
import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.host.ReplicaHost;
import io.kintsugi.datanode.host.Salvage;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.store.DiskFiles;
import io.kintsugi.datanode.store.LogTail;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/** Checkpoints that this node offers to others. One that nobody asks for any more goes by itself. Thread-safe. */
public final class CopyService implements AutoCloseable {
    private static final long EXPIRY_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** A file up to this size travels with the list: a request for each would cost more than its bytes. */
    private static final long SMALL_BYTES = 64 << 10;

    /** A file that is being sent; its copy stays on offer until this is closed. */
    public final class Sending implements AutoCloseable {
        private final Held held;
        private final Path file;
        private final long size;

        private Sending(Held held, Offer.File file) {
            this.held = held;
            this.file = held.file(file.name());
            this.size = file.size();
        }

        public Path file() {
            return file;
        }

        /** In bytes. */
        public long size() {
            return size;
        }

        /** Of what lies on a broken disk: who reads it, since that may hang. Empty: the disk works. */
        public Optional<Executor> reader() {
            return held.own.equals(held.directory) ? Optional.empty() : Optional.of(held.reader);
        }

        @Override
        public void close() {
            synchronized (CopyService.this) {
                held.readers--;
                held.usedAt = context.clock().nanos();
            }
        }
    }

    private static final class Held {
        private final Path directory;
        /** What goes with the offer: the checkpoint, or what was written beside files that aren't ours to delete. */
        private final Path own;

        private final Offer offer;
        private final Executor reader;
        /** Of the files that were asked for so far, by name: read while they are sent, so that nobody waits for them later. */
        private final Map<String, CompletableFuture<Integer>> checksums = new HashMap<>();

        private int readers;
        private long usedAt;

        private Held(Path directory, Path own, Offer offer, Executor reader, long usedAt) {
            this.directory = directory;
            this.own = own;
            this.offer = offer;
            this.reader = reader;
            this.usedAt = usedAt;
        }

        private Path file(String name) {
            return (name.equals(LogTail.FILE) ? own : directory).resolve(name);
        }
    }

    private final NodeHost node;
    private final HostContext context;
    private final DiskFiles files;
    private final Supplier<String> newId;
    private final Map<String, Held> offers = new TreeMap<>();
    private final HostRuntime.Pool workers;
    private final HostRuntime.Loop sweeper;
    private final HostRuntime.Timer sweep;

    public CopyService(NodeHost node, HostContext context, Supplier<String> newId) {
        this.node = node;
        this.context = context;
        this.files = context.files();
        this.newId = newId;
        workers = context.runtime().pool("copy-source-", 2);
        sweeper = context.runtime().loop("copy-expiry", () -> {});
        sweep = sweeper.timer(this::expire);
        sweeper.start();
    }

    /** Takes a checkpoint of a replica of this node that has applied at least that index. Fails with IllegalStateException if it hasn't. */
    public CompletableFuture<Offer> offer(long replicaId, long neededIndex) {
        ReplicaHost replica = node.replica(replicaId);
        if (replica == null) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("replica " + replicaId + " is not on this node"));
        }
        String id = newId.get();
        Path copies = replica.disk().copies();
        Path directory = copies.resolve(replicaId + "-" + id);
        Executor worker = workers::execute;
        return CompletableFuture.runAsync(() -> files.createDirectories(copies), worker)
                .thenCompose(ready -> replica.checkpoint(directory, neededIndex))
                .thenApplyAsync(
                        taken -> {
                            Offer offer = new Offer(id, taken.last(), taken.config(), list(directory));
                            hold(new Held(
                                    directory,
                                    directory,
                                    offer,
                                    worker,
                                    context.clock().nanos()));
                            return offer;
                        },
                        worker);
    }

    /**
     * Offers what a replica of this node left on a broken disk, where it lies; what its log has behind that is written into the agent's own
     * directory. Fails with StorageException for what can't be read, and with IllegalStateException.
     */
    public CompletableFuture<Offer> salvage(long replicaId, Config fence) {
        String id = newId.get();
        Path own = context.node().scratch().resolve(id);
        return node.salvage(replicaId, fence).thenCompose(found -> {
            Executor reader = node.salvageWorker(found.disk())::execute;
            return CompletableFuture.supplyAsync(() -> salvaged(id, own, found, reader), reader);
        });
    }

    private Offer salvaged(String id, Path own, Salvage.Found found, Executor reader) {
        List<Offer.File> all = new ArrayList<>(list(found.data()));
        boolean written = false;
        try {
            files.createDirectories(own);
            long bytes = LogTail.write(files, own.resolve(LogTail.FILE), found.tail());
            all.add(bytes <= SMALL_BYTES ? small(own, LogTail.FILE) : new Offer.File(LogTail.FILE, bytes, null, 0));
            written = true;
        } finally {
            if (!written) {
                files.deleteTree(own);
            }
        }
        Offer offer = new Offer(id, found.last(), found.config(), List.copyOf(all));
        hold(new Held(found.data(), own, offer, reader, context.clock().nanos()));
        return offer;
    }

    /** A copy of a replica of this node came as it was sent and couldn't be read: it is looked at here, beside all else. */
    public void unreadable(long replicaId) {
        ReplicaHost replica = node.replica(replicaId);
        if (replica != null) {
            replica.verifyFiles();
        }
    }

    private synchronized void hold(Held held) {
        if (offers.isEmpty()) {
            sweepLater();
        }
        offers.put(held.offer.id(), held);
    }

    /** Begins to send a file; empty when there is no such copy (any more), or no such file in it. To be closed. */
    public synchronized Optional<Sending> send(String id, String name) {
        Held held = use(id);
        if (held == null) {
            return Optional.empty();
        }
        return held.offer.files().stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .map(file -> {
                    Sending sending = new Sending(held, file);
                    held.readers++;
                    held.checksums.computeIfAbsent(
                            name, any -> CompletableFuture.supplyAsync(() -> crc32c(sending.file), held.reader));
                    return sending;
                });
    }

    /** CRC-32C of each file that was sent so far, by name; empty when there is no such copy (any more). */
    public synchronized Optional<CompletableFuture<Map<String, Integer>>> checksums(String id) {
        return Optional.ofNullable(use(id)).map(held -> all(Map.copyOf(held.checksums)));
    }

    private static CompletableFuture<Map<String, Integer>> all(Map<String, CompletableFuture<Integer>> begun) {
        return CompletableFuture.allOf(begun.values().toArray(CompletableFuture[]::new))
                .thenApply(all -> {
                    Map<String, Integer> checksums = new HashMap<>();
                    begun.forEach((name, crc) -> checksums.put(name, crc.join()));
                    return checksums;
                });
    }

    /** A copy that is used lives on. Null when there is no such copy. */
    private Held use(String id) {
        Held held = offers.get(id);
        if (held != null) {
            held.usedAt = context.clock().nanos();
        }
        return held;
    }

    public synchronized void drop(String id) {
        Held held = offers.remove(id);
        if (held != null) {
            workers.execute(() -> files.deleteTree(held.own));
        }
    }

    private void sweepLater() {
        long at = context.clock().nanos() + EXPIRY_NANOS / 2;
        sweeper.execute(() -> sweep.at(at));
    }

    private synchronized void expire() {
        long limit = context.clock().nanos() - EXPIRY_NANOS;
        offers.values().stream()
                .filter(held -> held.readers == 0 && held.usedAt < limit)
                .map(held -> held.offer.id())
                .toList()
                .forEach(this::drop);
        if (!offers.isEmpty()) {
            sweepLater();
        }
    }

    /** What a store needs; neither the text log that RocksDB writes beside it nor its note of the options is part of it. */
    private List<Offer.File> list(Path directory) {
        List<Offer.File> all = new ArrayList<>();
        files.sizes(directory).forEach((name, size) -> {
            if (!name.startsWith("LO") && !name.startsWith("OPTIONS")) {
                all.add(size <= SMALL_BYTES ? small(directory, name) : new Offer.File(name, size, null, 0));
            }
        });
        return List.copyOf(all);
    }

    private Offer.File small(Path directory, String name) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        files.scan(directory.resolve(name), piece -> {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            all.writeBytes(bytes);
        });
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.wrap(all.toByteArray()));
        return new Offer.File(name, all.size(), all.toByteArray(), (int) crc.getValue());
    }

    private int crc32c(Path file) {
        CRC32C crc = new CRC32C();
        files.scan(file, crc::update);
        return (int) crc.getValue();
    }

    /** What is on offer is left to the next start to clear away. */
    @Override
    public void close() {
        sweeper.stop();
        workers.stop();
    }
}
