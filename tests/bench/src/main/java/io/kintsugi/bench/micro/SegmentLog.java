package io.kintsugi.bench.micro;

import io.kintsugi.datanode.replica.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The plainest log that could stand behind a {@code LogStore}: records of all replicas one after another in a file, each with length and
 * checksum; a new file when one is full. It only appends: an index for reading would cost more.
 */
final class SegmentLog implements AutoCloseable {
    private static final int SEGMENT = 64 << 20;
    private static final int RECORD_HEADER = 2 * Integer.BYTES + 6 * Long.BYTES;
    private final Path directory;
    private final boolean preallocate;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    private FileChannel segment;
    private long position;
    private int number;

    /** @param preallocate segments are filled with zeros first, so that a sync has no change of the file's size to write */
    SegmentLog(Path directory, boolean preallocate) throws IOException {
        this.directory = directory;
        this.preallocate = preallocate;
        roll();
    }

    void append(long replica, Entry entry) {
        int size = RECORD_HEADER + entry.key().length + entry.value().length;
        if (buffer.remaining() < size) {
            ByteBuffer larger = ByteBuffer.allocateDirect(2 * buffer.capacity() + size);
            buffer.flip();
            buffer = larger.put(buffer);
        }
        int begin = buffer.position();
        buffer.putInt(size)
                .putInt(0)
                .putLong(replica)
                .putLong(entry.index())
                .putLong(entry.epoch())
                .putLong(entry.client())
                .putLong(entry.sequence());
        buffer.putLong(entry.timeMs()).put(entry.key()).put(entry.value());
        crc.reset();
        crc.update(buffer.duplicate().flip().position(begin + 2 * Integer.BYTES));
        buffer.putInt(begin + Integer.BYTES, (int) crc.getValue());
    }

    /** Writes what was appended, and returns when it would survive a crash. */
    void sync() throws IOException {
        buffer.flip();
        if (position + buffer.remaining() > SEGMENT) {
            roll();
        }
        while (buffer.hasRemaining()) {
            position += segment.write(buffer, position);
        }
        segment.force(false);
        buffer.clear();
    }

    private void roll() throws IOException {
        if (segment != null) {
            segment.close();
            Files.delete(directory.resolve("segment-" + number));
        }
        number++;
        segment = FileChannel.open(
                directory.resolve("segment-" + number), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        position = 0;
        if (preallocate) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
            for (long at = 0; at < SEGMENT; at += zeros.capacity()) {
                segment.write(zeros.clear(), at);
            }
            segment.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        segment.close();
    }
}
