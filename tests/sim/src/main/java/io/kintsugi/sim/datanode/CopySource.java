package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.host.ReplicaHost;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.sim.datanode.SimDisk.Use;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/** Checkpoints that one life of a node offers to others: the simulation's side of the product's {@code CopyService}. */
final class CopySource {
    /** @param parts how many {@link Part}s it has */
    record Offer(long id, EntryId last, Config config, long bytes, int parts) {}

    /** Some records of a copy, with their checksum; {@code bad} marks the ones that can't be read where they are stored. */
    record Part(List<byte[]> keys, List<byte[]> values, List<Boolean> bad, int checksum) {
        static int checksum(List<byte[]> keys, List<byte[]> values) {
            CRC32C crc = new CRC32C();
            keys.forEach(crc::update);
            values.forEach(crc::update);
            return (int) crc.getValue();
        }
    }

    private static final int PART = 16;

    private final SimStorage storage;
    private final SimFiles files;
    private final NodeHost node;
    private final Map<Long, Path> offers = new HashMap<>();
    private final Set<Long> used = new HashSet<>();
    private long lastId;

    CopySource(SimStorage storage, SimFiles files, NodeHost node) {
        this.storage = storage;
        this.files = files;
        this.node = node;
    }

    CompletableFuture<Offer> offer(long replica, long neededIndex) {
        ReplicaHost host = node.replica(replica);
        if (host == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("replica " + replica + " is not here"));
        }
        long id = ++lastId;
        Path copy = host.disk().copies().resolve(replica + "-" + id);
        files.createDirectories(host.disk().copies());
        return host.checkpoint(copy, neededIndex).thenApply(taken -> {
            offers.put(id, copy);
            DataImage image = image(copy);
            int parts = Math.max(1, (image.keys() + PART - 1) / PART);
            return new Offer(id, taken.last(), taken.config(), image.bytes(), parts);
        });
    }

    Part part(long id, int number) {
        Path copy = offers.get(id);
        if (copy == null) {
            throw new IllegalStateException("NO_SUCH_COPY: copy " + id + " has ended");
        }
        used.add(id);
        DataImage image = image(copy);
        List<byte[]> keys = new ArrayList<>();
        List<byte[]> values = new ArrayList<>();
        List<Boolean> bad = new ArrayList<>();
        image.from(new byte[0]).entrySet().stream()
                .skip((long) number * PART)
                .limit(PART)
                .forEach(entry -> {
                    keys.add(entry.getKey());
                    values.add(entry.getValue());
                    bad.add(image.rotten(entry.getKey()));
                });
        return new Part(keys, values, bad, Part.checksum(keys, values));
    }

    /** Whether the copy is on offer, and nobody has asked for it since the last call. */
    boolean unused(long id) {
        return !used.remove(id) && offers.containsKey(id);
    }

    boolean offers(long id) {
        return offers.containsKey(id);
    }

    void drop(long id) {
        Path copy = offers.remove(id);
        if (copy != null) {
            files.deleteTree(copy);
        }
    }

    private DataImage image(Path copy) {
        return SimStores.image(storage.disk(copy, Use.READ, "reading"), copy);
    }
}
