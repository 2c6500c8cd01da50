package io.kintsugi.bench.baseline;

import io.kintsugi.bench.Bench;
import io.kintsugi.bench.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Two threads that read files, write them elsewhere on the same disk, and sync each: what moving these bytes costs at least. */
public final class PlainCopy implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int PIECE = 1 << 20;
    private final Path directory;
    private final long bytes;

    /** Makes the files to be copied: random bytes, in files of 1 MiB. */
    public PlainCopy(Path directory, long bytes) {
        this.directory = directory;
        this.bytes = bytes;
        byte[] piece = new byte[PIECE];
        Random random = new Random(bytes);
        try {
            Files.createDirectories(directory.resolve("from"));
            for (int i = 0; i < files(); i++) {
                random.nextBytes(piece);
                Files.write(from(i), length(i) == PIECE ? piece : java.util.Arrays.copyOf(piece, length(i)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Seconds of one copy; what was waiting to be written is written before. */
    public double seconds() {
        Bench.deleteTree(directory.resolve("to"));
        try {
            Files.createDirectories(directory.resolve("to"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        syncAll();
        long begin = System.nanoTime();
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> parts = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int first = t;
                parts.add(pool.submit(() -> copy(first)));
            }
            for (Future<?> part : parts) {
                part.get();
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException("the plain copy failed", e);
        }
        double seconds = Waiting.secondsSince(begin);
        Bench.deleteTree(directory.resolve("to"));
        return seconds;
    }

    /** Writes back everything that the system holds in memory, so that nobody's writes weigh on the next measurement. */
    public static void syncAll() {
        try {
            if (new ProcessBuilder("sync").inheritIO().start().waitFor() != 0) {
                throw new IllegalStateException("`sync` failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Void copy(int first) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
        for (int i = first; i < files(); i += THREADS) {
            buffer.clear();
            try (FileChannel in = FileChannel.open(from(i), StandardOpenOption.READ);
                    FileChannel out = FileChannel.open(
                            directory.resolve("to/" + i), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                while (buffer.hasRemaining() && in.read(buffer) >= 0) {
                    continue;
                }
                buffer.flip();
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
                out.force(true);
            }
        }
        return null;
    }

    private int files() {
        return Math.toIntExact((bytes + PIECE - 1) / PIECE);
    }

    private int length(int i) {
        return (int) Math.min(PIECE, bytes - (long) i * PIECE);
    }

    private Path from(int i) {
        return directory.resolve("from/" + i);
    }

    @Override
    public void close() {
        Bench.deleteTree(directory);
    }
}
