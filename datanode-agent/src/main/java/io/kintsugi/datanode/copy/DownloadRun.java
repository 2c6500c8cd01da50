package io.kintsugi.datanode.copy;

import io.kintsugi.common.Clock;
import io.kintsugi.common.failpoint.Failpoints;
import io.kintsugi.common.wire.Fields;
import io.kintsugi.datanode.host.FailpointNames;
import io.kintsugi.datanode.host.Seeder;
import io.kintsugi.datanode.replica.Checkpoint;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.store.ConfigCodec;
import io.kintsugi.datanode.store.DurableFiles;
import io.kintsugi.datanode.store.ReplicaStore;
import io.kintsugi.datanode.store.RocksEnvironment;
import io.kintsugi.datanode.store.StorageErrors;
import io.kintsugi.datanode.store.StorageException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One download: asks the source for a checkpoint, fetches its files one after another, syncs and checks them. Resumes a broken file. */
final class DownloadRun implements Runnable, Seeder.Download {
    private static final Logger LOG = LoggerFactory.getLogger(DownloadRun.class);

    private static final int BUFFER_BYTES = 256 << 10;
    private static final int ATTEMPTS = 5;
    private static final long PAUSE_MILLIS = 200;
    private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Seeder.Job job;
    private final Seeder.Listener listener;
    private final RocksEnvironment rocks;
    private final Clock clock;
    private final RateLimit limit;
    private final Failpoints failpoints;
    private final SourceClient source;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    /** Of the files that were fetched, by name. */
    private final Map<String, Integer> checksums = new HashMap<>();

    private volatile boolean cancelled;
    private long done;
    private long total;
    private long toldAt;

    DownloadRun(
            Seeder.Job job,
            Seeder.Listener listener,
            RocksEnvironment rocks,
            Clock clock,
            RateLimit limit,
            Failpoints failpoints) {
        this.job = job;
        this.listener = listener;
        this.rocks = rocks;
        this.clock = clock;
        this.limit = limit;
        this.failpoints = failpoints;
        source = new SourceClient(job.source().httpAddress());
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    /** The border of the download's thread: whatever ends it is told to the listener, unless nobody listens any more. */
    @Override
    public void run() {
        if (cancelled) {
            return;
        }
        boolean handedOver = false;
        try {
            failpoints.hit(FailpointNames.SEED_START);
            Checkpoint checkpoint = download();
            if (!cancelled) {
                handedOver = true;
                listener.ready(checkpoint);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            failed(new IllegalStateException("copying from " + job.source().httpAddress() + ": " + e.getMessage(), e));
        } catch (RuntimeException e) {
            failed(e);
        } finally {
            if (!handedOver) {
                clear();
            }
        }
    }

    /** What has come is of no use to the next run, which asks for another checkpoint and has a directory of its own. */
    private void clear() {
        try {
            DurableFiles.deleteTree(job.target());
        } catch (StorageException e) {
            LOG.warn("{} is left to the next start of the agent: {}", job.target(), e.getMessage());
        }
    }

    private void failed(RuntimeException e) {
        if (!cancelled) {
            listener.failed(e);
        }
    }

    private Checkpoint download() throws IOException, InterruptedException {
        DurableFiles.deleteTree(job.target());
        DurableFiles.createDirectories(job.target());
        JsonObject copy = offer();
        String id = copy.getString("id");
        JsonArray files = copy.getJsonArray("files");
        for (int i = 0; i < files.size(); i++) {
            total += files.getJsonObject(i).getLong("size");
        }
        requireRoom();
        tell(true);
        for (int i = 0; i < files.size() && !cancelled; i++) {
            JsonObject file = files.getJsonObject(i);
            if (file.containsKey("content")) {
                keep(file.getString("name"), file.getBinary("content"), file.getInteger("crc32c"));
            } else {
                fetch(id, file.getString("name"), file.getLong("size"));
            }
            failpoints.hit(FailpointNames.SEED_AFTER_FILE);
        }
        if (!checksums.isEmpty() && !cancelled) {
            requireEqual(source.checksums(id));
        }
        DurableFiles.syncDirectory(job.target());
        DurableFiles.syncDirectory(job.target().getParent());
        source.drop(id);
        tell(true);
        EntryId last = new EntryId(copy.getLong("epoch"), copy.getLong("index"));
        if (!cancelled && !ReplicaStore.lastOf(rocks, job.target()).equals(last)) {
            throw new IllegalStateException("the copy that came holds another last entry than " + last);
        }
        return new Checkpoint(last, ConfigCodec.read(Fields.parse(copy.getBinary("config"))));
    }

    /** The source may not have applied the index yet that is needed: then it is asked again. */
    private JsonObject offer() throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return source.offer(job.source().replica(), job.neededIndex());
            } catch (IOException e) {
                if (attempt == ATTEMPTS || cancelled || silent(e)) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS * attempt);
            }
        }
    }

    private void requireRoom() throws IOException {
        long free = Files.getFileStore(job.target()).getUsableSpace();
        if (free < total) {
            throw new StorageException(
                    StorageException.Kind.FULL, "DISK_FULL: the copy takes " + total + " bytes, " + free + " are free");
        }
    }

    /** A small file, whose content came with the list. */
    private void keep(String name, byte[] content, int checksum) throws IOException, InterruptedException {
        requirePlain(name);
        CRC32C crc = new CRC32C();
        crc.update(content);
        requireEqual(name, (int) crc.getValue(), checksum);
        try (FileChannel out = open(job.target().resolve(name))) {
            write(out, ByteBuffer.wrap(content));
            force(out, name);
        }
        done += content.length;
        tell(false);
        limit.take(content.length);
    }

    /** Not asked again: the primary names another source. */
    private static boolean silent(IOException e) {
        return e instanceof SocketTimeoutException;
    }

    private static void requirePlain(String name) throws IOException {
        if (name.contains("/") || name.startsWith(".")) {
            throw new IOException("the source offers a file named '" + name + "'");
        }
    }

    /** @param sent by the source's reading, after all was sent: that takes no turn of its own for each file */
    private void requireEqual(JsonObject sent) {
        checksums.forEach((name, received) -> requireEqual(name, received, sent.getInteger(name)));
    }

    private static void requireEqual(String name, int received, Integer sent) {
        if (sent == null || received != sent) {
            throw new IllegalStateException("CHECKSUM_MISMATCH: file " + name + " of the copy arrived damaged");
        }
    }

    private void fetch(String id, String name, long size) throws IOException, InterruptedException {
        requirePlain(name);
        CRC32C crc = new CRC32C();
        try (FileChannel out = open(job.target().resolve(name))) {
            long at = 0;
            for (int attempt = 1; at < size && !cancelled; attempt++) {
                try (InputStream in = source.file(id, name, at)) {
                    at = receive(in, out, crc, at);
                    if (at < size && !cancelled) {
                        throw new IOException("the source sent " + at + " of " + size + " bytes of " + name);
                    }
                } catch (IOException e) {
                    if (attempt == ATTEMPTS || silent(e)) {
                        throw e;
                    }
                    at = out.position();
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS * attempt);
                }
            }
            force(out, name);
        }
        checksums.put(name, (int) crc.getValue());
    }

    private long receive(InputStream in, FileChannel out, CRC32C crc, long from)
            throws IOException, InterruptedException {
        long at = from;
        for (int n = in.read(buffer); n >= 0 && !cancelled; n = in.read(buffer)) {
            write(out, ByteBuffer.wrap(buffer, 0, n));
            crc.update(buffer, 0, n);
            at += n;
            done += n;
            tell(false);
            limit.take(n);
        }
        return at;
    }

    private void tell(boolean now) {
        if (!cancelled && (now || clock.nanos() - toldAt > PROGRESS_NANOS)) {
            toldAt = clock.nanos();
            listener.progress(done, total);
        }
    }

    // Failures of the destination's disk are told apart from those of the network here.
    private static FileChannel open(Path file) {
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw StorageErrors.of("creating " + file, e);
        }
    }

    private static void write(FileChannel out, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw StorageErrors.of("writing a copy", e);
        }
    }

    private static void force(FileChannel out, String name) {
        try {
            out.force(true);
        } catch (IOException e) {
            throw StorageErrors.of("syncing " + name, e);
        }
    }
}
