package io.kintsugi.bench.baseline;

import io.kintsugi.bench.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** How often a second the disk takes an append that is synced: one file that grows, 256 bytes and fdatasync each, one thread. */
public final class SyncedAppends {
    private static final int BYTES = 256;

    private SyncedAppends() {}

    public static double perSecond(Path directory, Duration time) {
        Path file = directory.resolve("appends");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);
            long count = 0;
            long begin = System.nanoTime();
            while (System.nanoTime() - begin < time.toNanos()) {
                bytes.clear();
                channel.write(bytes);
                channel.force(false);
                count++;
            }
            return count / Waiting.secondsSince(begin);
        } catch (IOException e) {
            throw new UncheckedIOException("appending to " + file, e);
        } finally {
            delete(file);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
