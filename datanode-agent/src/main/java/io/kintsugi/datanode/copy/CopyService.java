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
import java.util.Optional;
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

    /** @param checksums of the files that were asked for so far, by name: read while they are sent, so that nobody waits for them later */
    private record Offer(Copy copy, Map<String, CompletableFuture<Integer>> checksums, long usedAtNanos) {}

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
                            offers.put(id, new Offer(copy, new ConcurrentHashMap<>(), clock.nanos()));
                            return copy;
                        },
                        workers);
    }

    /** The file that is to be sent; null when there is no such copy (any more), or no such file in it. */
    public Path send(String id, String name) {
        Offer offer = use(id);
        Path file = offer == null ? null : offer.copy.file(name);
        if (file != null) {
            offer.checksums.computeIfAbsent(name, any -> CompletableFuture.supplyAsync(() -> crc32c(file), workers));
        }
        return file;
    }

    /** CRC-32C of each file that was sent so far, by name; empty when there is no such copy (any more). */
    public Optional<CompletableFuture<Map<String, Integer>>> checksums(String id) {
        return Optional.ofNullable(use(id)).map(offer -> all(Map.copyOf(offer.checksums)));
    }

    private static CompletableFuture<Map<String, Integer>> all(Map<String, CompletableFuture<Integer>> begun) {
        return CompletableFuture.allOf(begun.values().toArray(CompletableFuture[]::new))
                .thenApply(all -> {
                    Map<String, Integer> checksums = new HashMap<>();
                    begun.forEach((name, crc) -> checksums.put(name, crc.join()));
                    return checksums;
                });
    }

    /** A copy that is used lives on. */
    private Offer use(String id) {
        return offers.computeIfPresent(id, (same, known) -> new Offer(known.copy, known.checksums, clock.nanos()));
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
