package io.kintsugi.master.consensus;

import io.kintsugi.common.Clock;
import io.kintsugi.common.process.DataDir;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints that a leader holds for masters that are being seeded. While there is one, no log is freed, so that its receiver
 * finds the entries
 * after it. Each is kept for a time after its last use.
 */
final class SeedDesk {
    private static final Logger LOG = LoggerFactory.getLogger(SeedDesk.class);
    private static final Duration KEPT = Duration.ofMinutes(2);

    private final Path root;
    private final Clock clock;
    private final Map<String, Long> deadlines = new TreeMap<>();

    SeedDesk(Path root, Clock clock) {
        this.root = root;
        this.clock = clock;
        deleteTree(root);
    }

    /** A checkpoint of the node's state under this name. */
    synchronized List<MasterPeers.SeedFile> offer(RaftNode node, String id) {
        node.pin(true);
        deadlines.put(id, clock.nanos() + KEPT.toNanos());
        Path directory = root.resolve(id);
        try {
            Files.createDirectories(root);
            node.checkpoint(directory);
            return files(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("can't make the checkpoint " + directory, e);
        }
    }

    /** @throws ConsensusException NO_SUCH_SEED */
    synchronized Path file(String id, String name) {
        Path file = root.resolve(id).resolve(name).normalize();
        if (!deadlines.containsKey(id) || !file.getParent().equals(root.resolve(id)) || !Files.isRegularFile(file)) {
            throw new ConsensusException(
                    "NO_SUCH_SEED",
                    "this master holds no seed '" + id + "' with a file '" + name + "': ask for a new seed");
        }
        deadlines.put(id, clock.nanos() + KEPT.toNanos());
        return file;
    }

    /** Drops what nobody fetches any more, or everything; the node may free log again when nothing is left. */
    synchronized void expire(RaftNode node, boolean all) {
        long now = clock.nanos();
        List<String> expired = deadlines.entrySet().stream()
                .filter(e -> all || e.getValue() - now < 0)
                .map(Map.Entry::getKey)
                .toList();
        for (String id : expired) {
            LOG.debug("dropping the seed {}", id);
            deadlines.remove(id);
            deleteTree(root.resolve(id));
        }
        node.pin(!deadlines.isEmpty());
    }

    private static List<MasterPeers.SeedFile> files(Path directory) throws IOException {
        List<MasterPeers.SeedFile> files = new ArrayList<>();
        try (Stream<Path> paths = Files.list(directory)) {
            for (Path path : paths.sorted().toList()) {
                files.add(new MasterPeers.SeedFile(path.getFileName().toString(), Files.size(path), checksum(path)));
            }
        }
        return files;
    }

    /** CRC-32C of a file. */
    static long checksum(Path path) throws IOException {
        CRC32C crc = new CRC32C();
        try (InputStream in = new CheckedInputStream(Files.newInputStream(path), crc)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return crc.getValue();
    }

    private static void deleteTree(Path directory) {
        try {
            DataDir.deleteTree(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("can't remove " + directory, e);
        }
    }
}
