package io.kintsugi.master.export;

import io.kintsugi.master.event.EventLog;
import io.kintsugi.master.port.StateStore;
import io.kintsugi.master.state.StoredRows;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads an export once, from its beginning to its end, and believes nothing before its checksum. Holds one block in memory. */
public final class ExportReader {
    private record Block(byte kind, byte[] payload, long offset) {}

    private final InputStream in;
    private final StateStore.Reader rows;
    private final CRC32C crc = new CRC32C();
    private final TreeMap<Integer, Long> counts = new TreeMap<>();
    private long digest;
    private long position;

    private ExportReader(InputStream in, StateStore.Reader rows) {
        this.in = in;
        this.rows = rows;
    }

    /**
     * Reads all of it.
     *
     * @param header gets the header before any row; what it was given counts only once this has returned, as do rows
     * @param rows gets each row
     * @throws ExportException for anything but a whole export of this version
     */
    public static ExportTrailer read(InputStream in, Consumer<ExportHeader> header, StateStore.Reader rows)
            throws IOException {
        return new ExportReader(in, rows).read(header);
    }

    private ExportTrailer read(Consumer<ExportHeader> header) throws IOException {
        ExportFormat.check(bytes(ExportFormat.PROLOGUE));
        Block first = block();
        if (first.kind != ExportFormat.HEADER) {
            throw unexpected(first);
        }
        header.accept(decoded(first, () -> ExportHeader.decode(first.payload)));
        Block next = block();
        for (; next.kind == ExportFormat.ROWS; next = block()) {
            rows(next);
        }
        if (next.kind != ExportFormat.TRAILER) {
            throw unexpected(next);
        }
        Block last = next;
        ExportTrailer trailer = decoded(last, () -> ExportTrailer.decode(last.payload));
        if (!trailer.equals(new ExportTrailer(counts, digest))) {
            throw ExportException.damaged(
                    last.offset, "the trailer tells other counts or another digest than its rows give");
        }
        if (in.read() >= 0) {
            throw ExportException.damaged(position, "something follows the trailer");
        }
        return trailer;
    }

    private void rows(Block block) throws ExportException {
        ByteBuffer payload = ByteBuffer.wrap(block.payload);
        while (payload.hasRemaining()) {
            long offset = block.offset + ExportFormat.HEAD + ExportFormat.CRC + payload.position();
            int table = payload.remaining() < Integer.BYTES ? -1 : payload.getInt();
            byte[] key = part(payload);
            byte[] value = part(payload);
            if (table < 0 || key == null || value == null) {
                throw ExportException.damaged(offset, "a row is longer than its block");
            }
            counts.merge(table, 1L, Long::sum);
            if (table != EventLog.TABLE) {
                digest += StoredRows.hash(table, key, value);
            }
            rows.row(table, key, value);
        }
    }

    private static byte @Nullable [] part(ByteBuffer payload) {
        if (payload.remaining() < Integer.BYTES) {
            return null;
        }
        int length = payload.getInt();
        if (length < 0 || length > payload.remaining()) {
            return null;
        }
        byte[] part = new byte[length];
        payload.get(part);
        return part;
    }

    private Block block() throws IOException {
        long offset = position;
        byte[] head = bytes(ExportFormat.HEAD);
        crc.update(head);
        checksum(offset, "a block's head");
        int length = ByteBuffer.wrap(head).getInt(1);
        if (length < 0 || length > ExportFormat.MAX_BLOCK_BYTES) {
            throw ExportException.damaged(offset, "a block of " + length + " bytes");
        }
        byte[] payload = bytes(length);
        crc.update(payload);
        checksum(offset, "a block of " + length + " bytes");
        return new Block(head[0], payload, offset);
    }

    private void checksum(long offset, String of) throws IOException {
        if (ByteBuffer.wrap(bytes(ExportFormat.CRC)).getInt() != (int) crc.getValue()) {
            throw ExportException.damaged(offset, of + " has another checksum");
        }
    }

    private byte[] bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        position += bytes.length;
        if (bytes.length < count) {
            throw ExportException.truncated(position);
        }
        return bytes;
    }

    private interface Decoding<T> {
        T decode();
    }

    /** The checksum is right, so this is what some program wrote. */
    private static <T> T decoded(Block block, Decoding<T> decoding) throws ExportException {
        try {
            return decoding.decode();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw ExportException.damaged(block.offset, e.getMessage());
        }
    }

    private static ExportException unexpected(Block block) {
        return ExportException.damaged(block.offset, "a block of kind " + block.kind + " doesn't belong there");
    }
}
