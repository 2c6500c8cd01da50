package io.kintsugi.datanode.copy;

import io.kintsugi.common.Clock;
import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.host.ReplicaHost;
import io.kintsugi.datanode.host.Threads;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.store.DurableFiles;
import io.kintsugi.datanode.store.StorageErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Checkpoints that this node offers to others. One that nobody asks for any more goes by itself. Thread-safe. */
public final class CopyService implements AutoCloseable {
    private static final long EXPIRY_SECONDS = 60;
    /** A file up to this size travels with the list: a request for each would cost more than its bytes. */
    private static final long SMALL_BYTES = 64 << 10;

    /** One file of a copy. */
    public record CopyFile(String name, long size) {}

    /**
     * A checkpoint on offer.
     *
     * @param small content of the small ones among its files, by name
     */
    public record Copy(
            String id, Path directory, EntryId last, Config config, List<CopyFile> files, Map<String, byte[]> small) {
        /** Null when the copy has no file of this name. */
        public Path file(String name) {
            return files.stream().anyMatch(file -> file.name().equals(name)) ? directory.resolve(name) : null;
        }
    }

    private record Offer(Copy copy, long usedAtNanos) {}

    private final NodeHost node;
    private final Clock clock;
    private final Supplier<String> newId;
    private final Map<String, Offer> offers = new ConcurrentHashMap<>();
    private final ExecutorService workers = Threads.onDemand("copy-source-", 2);
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("copy-expiry").daemon().factory());

    public CopyService(NodeHost node, Clock clock, Supplier<String> newId) {
        this.node = node;
        this.clock = clock;
        this.newId = newId;
        sweeper.scheduleWithFixedDelay(this::expire, EXPIRY_SECONDS, EXPIRY_SECONDS / 2, TimeUnit.SECONDS);
    }

    /** Takes a checkpoint of a replica of this node that has applied at least that index. Fails with IllegalStateException if it hasn't. */
    public CompletableFuture<Copy> offer(long replicaId, long neededIndex) {
        ReplicaHost replica = node.replica(replicaId);
        if (replica == null) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("replica " + replicaId + " is not on this node"));
        }
        String id = newId.get();
        Path copies = replica.disk().copies();
        Path directory = copies.resolve(replicaId + "-" + id);
        return CompletableFuture.runAsync(() -> DurableFiles.createDirectories(copies), workers)
                .thenCompose(ready -> replica.checkpoint(directory, neededIndex))
                .thenApplyAsync(
                        taken -> {
                            List<CopyFile> files = list(directory);
                            Copy copy = new Copy(
                                    id, directory, taken.last(), taken.config(), files, small(directory, files));
                            offers.put(id, new Offer(copy, clock.nanos()));
                            return copy;
                        },
                        workers);
    }

    /** Null when there is no such copy (any more); otherwise it lives on. */
    public Copy use(String id) {
        Offer offer = offers.computeIfPresent(id, (same, known) -> new Offer(known.copy, clock.nanos()));
        return offer == null ? null : offer.copy;
    }

    /** CRC-32C of a file. */
    public CompletableFuture<Integer> checksum(Path file) {
        return CompletableFuture.supplyAsync(() -> crc32c(file), workers);
    }

    public void drop(String id) {
        Offer offer = offers.remove(id);
        if (offer != null) {
            workers.execute(() -> DurableFiles.deleteTree(offer.copy.directory));
        }
    }

    private void expire() {
        long limit = clock.nanos() - TimeUnit.SECONDS.toNanos(EXPIRY_SECONDS);
        offers.values().stream()
                .filter(offer -> offer.usedAtNanos < limit)
                .map(offer -> offer.copy.id)
                .toList()
                .forEach(this::drop);
    }

    /** What a store needs; neither the text log that RocksDB writes beside it nor its note of the options is part of it. */
    private static List<CopyFile> list(Path directory) {
        List<CopyFile> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.sorted().toList()) {
                String name = file.getFileName().toString();
                if (!name.startsWith("LO") && !name.startsWith("OPTIONS")) {
                    files.add(new CopyFile(name, Files.size(file)));
                }
            }
            return List.copyOf(files);
        } catch (IOException e) {
            throw StorageErrors.of("listing " + directory, e);
        }
    }

    private static Map<String, byte[]> small(Path directory, List<CopyFile> files) {
        Map<String, byte[]> contents = new HashMap<>();
        for (CopyFile file : files) {
            if (file.size() <= SMALL_BYTES) {
                Path path = directory.resolve(file.name());
                try {
                    contents.put(file.name(), Files.readAllBytes(path));
                } catch (IOException e) {
                    throw StorageErrors.of("reading " + path, e);
                }
            }
        }
        return contents;
    }

    private static int crc32c(Path file) {
        CRC32C crc = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 10);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(buffer.clear()) >= 0) {
                crc.update(buffer.flip());
            }
            return (int) crc.getValue();
        } catch (IOException e) {
            throw StorageErrors.of("reading " + file, e);
        }
    }

    /** What is on offer is left to the next start to clear away. */
    @Override
    public void close() {
        sweeper.shutdownNow();
        Threads.stop(workers);
    }
}
