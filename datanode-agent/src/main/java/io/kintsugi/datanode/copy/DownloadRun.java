package io.kintsugi.datanode.copy;

import io.kintsugi.datanode.host.FailpointNames;
import io.kintsugi.datanode.host.HostContext;
import io.kintsugi.datanode.host.Seeder;
import io.kintsugi.datanode.replica.Checkpoint;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.store.DiskFiles;
import io.kintsugi.datanode.store.LogTail;
import io.kintsugi.datanode.store.ReplicaStore;
import io.kintsugi.datanode.store.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
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
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Seeder.Job job;
    private final Seeder.Listener listener;
    private final Source source;
    private final HostContext context;
    private final DiskFiles files;
    private final RateLimit limit;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    /** Of the files that were fetched, by name. */
    private final Map<String, Integer> checksums = new HashMap<>();

    private volatile boolean cancelled;
    private long done;
    private long total;
    private long toldAt;

    DownloadRun(Seeder.Job job, Seeder.Listener listener, Source source, HostContext context, RateLimit limit) {
        this.job = job;
        this.listener = listener;
        this.source = source;
        this.context = context;
        this.files = context.files();
        this.limit = limit;
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
            context.failpoint().accept(FailpointNames.SEED_START);
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
            files.deleteTree(job.target());
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
        files.deleteTree(job.target());
        files.createDirectory(job.target()); // not the replica's own, which goes with the replica
        Offer copy = offer();
        total = copy.bytes();
        requireRoom();
        tell(true);
        for (Offer.File file : copy.files()) {
            if (cancelled) {
                break;
            }
            if (file.content() != null) {
                keep(file);
            } else {
                fetch(copy.id(), file);
            }
            context.failpoint().accept(FailpointNames.SEED_AFTER_FILE);
        }
        if (!checksums.isEmpty() && !cancelled) {
            requireEqual(source.checksums(copy.id()));
        }
        files.syncDirectory(job.target());
        files.syncDirectory(job.target().getParent());
        source.drop(copy.id());
        complete();
        tell(true);
        if (!cancelled && !verifiedLast().equals(copy.last())) {
            throw new IllegalStateException("the copy that came holds another last entry than " + copy.last());
        }
        return new Checkpoint(copy.last(), copy.config());
    }

    /**
     * What the source's disk has spoilt comes as it was sent, and would be copied from disk to disk until no good copy is left: so each is read once
     * before it counts. That is also told where it came from, to be looked at there.
     */
    private EntryId verifiedLast() {
        try {
            return ReplicaStore.verifiedLastOf(context.stores(), job.target());
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.REPLICA) {
                throw e;
            }
            source.unreadable(job.source().replica());
            String from =
                    "replica " + job.source().replica() + " at " + job.source().httpAddress();
            throw new StorageException(
                    e.kind(), "the copy of " + from + " came as it was sent, and can't be read: " + e.getMessage(), e);
        }
    }

    /** Of a copy from a broken disk: what its log had behind the data becomes part of the data, here where it can be written. */
    private void complete() {
        if (job.fence() != null && !cancelled) {
            Path tail = job.target().resolve(LogTail.FILE);
            List<Entry> entries = LogTail.read(files, tail);
            files.deleteTree(tail);
            files.syncDirectory(tail.getParent());
            ReplicaStore.complete(context.stores(), job.target(), entries);
        }
    }

    /** The source may not have applied the index yet that is needed: then it is asked again. */
    private Offer offer() throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return job.fence() == null
                        ? source.offer(job.source().replica(), job.neededIndex())
                        : source.salvage(job.source().replica(), job.fence());
            } catch (IOException e) {
                if (attempt == ATTEMPTS || cancelled || silent(e)) {
                    throw e;
                }
                context.runtime().sleep(PAUSE_NANOS * attempt);
            }
        }
    }

    private void requireRoom() {
        long free = files.space(job.target()).free();
        if (free < total) {
            throw new StorageException(
                    StorageException.Kind.FULL, "DISK_FULL: the copy takes " + total + " bytes, " + free + " are free");
        }
    }

    /** A small file, whose content came with the list. */
    private void keep(Offer.File file) throws IOException, InterruptedException {
        CRC32C crc = new CRC32C();
        crc.update(file.content());
        requireEqual(file.name(), (int) crc.getValue(), file.crc32c());
        try (DiskFiles.Output out = files.create(target(file))) {
            out.write(ByteBuffer.wrap(file.content()));
            out.sync();
        }
        done += file.content().length;
        tell(false);
        limit.take(file.content().length, () -> !cancelled);
    }

    private Path target(Offer.File file) throws IOException {
        if (file.name().contains("/") || file.name().startsWith(".")) {
            throw new IOException("the source offers a file named '" + file.name() + "'");
        }
        return job.target().resolve(file.name());
    }

    /** Not asked again: the primary names another source. */
    private static boolean silent(IOException e) {
        return e instanceof SocketTimeoutException;
    }

    /** @param sent by the source's reading, after all was sent: that takes no turn of its own for each file */
    private void requireEqual(Map<String, Integer> sent) {
        checksums.forEach((name, received) -> requireEqual(name, received, sent.get(name)));
    }

    private static void requireEqual(String name, int received, Integer sent) {
        if (sent == null || received != sent) {
            throw new IllegalStateException("CHECKSUM_MISMATCH: file " + name + " of the copy arrived damaged");
        }
    }

    private void fetch(String copy, Offer.File file) throws IOException, InterruptedException {
        CRC32C crc = new CRC32C();
        long before = done;
        try (DiskFiles.Output out = files.create(target(file))) {
            for (int attempt = 1; done - before < file.size() && !cancelled; attempt++) {
                try (InputStream in = source.file(copy, file.name(), done - before)) {
                    receive(in, out, crc);
                    if (done - before < file.size() && !cancelled) {
                        throw new IOException("the source sent " + (done - before) + " of " + file.size() + " bytes of "
                                + file.name());
                    }
                } catch (IOException e) {
                    if (attempt == ATTEMPTS || silent(e)) {
                        throw e;
                    }
                    context.runtime().sleep(PAUSE_NANOS * attempt);
                }
            }
            out.sync();
        }
        checksums.put(file.name(), (int) crc.getValue());
    }

    private void receive(InputStream in, DiskFiles.Output out, CRC32C crc) throws IOException, InterruptedException {
        int n;
        while (!cancelled && (n = in.read(buffer)) >= 0) {
            out.write(ByteBuffer.wrap(buffer, 0, n));
            crc.update(buffer, 0, n);
            done += n;
            tell(false);
            limit.take(n, () -> !cancelled);
        }
    }

    private void tell(boolean now) {
        long nanos = context.clock().nanos();
        if (!cancelled && (now || nanos - toldAt > PROGRESS_NANOS)) {
            toldAt = nanos;
            listener.progress(done, total);
        }
    }
}
