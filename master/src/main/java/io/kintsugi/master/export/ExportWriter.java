package io.kintsugi.master.export;

import io.kintsugi.master.event.EventLog;
import io.kintsugi.master.state.StoredRows;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** Writes an export: {@link #row} for each row in the store's order, then {@link #finish}. Holds one block in memory. */
public final class ExportWriter {
    private final DataOutputStream out;
    private final CRC32C crc = new CRC32C();
    private final ByteArrayOutputStream block = new ByteArrayOutputStream(ExportFormat.BLOCK_BYTES);
    private final DataOutputStream rows = new DataOutputStream(block);
    private final TreeMap<Integer, Long> counts = new TreeMap<>();
    private long digest;

    /** Begins one; the stream stays its owner's to close. */
    public ExportWriter(OutputStream out, ExportHeader header) throws IOException {
        this.out = new DataOutputStream(out);
        this.out.write(ExportFormat.prologue(ExportFormat.VERSION));
        write(ExportFormat.HEADER, header.encode());
    }

    /** Adds a row as it is stored. */
    public void row(int table, byte[] key, byte[] value) throws IOException {
        rows.writeInt(table);
        rows.writeInt(key.length);
        rows.write(key);
        rows.writeInt(value.length);
        rows.write(value);
        counts.merge(table, 1L, Long::sum);
        if (table != EventLog.TABLE) {
            digest += StoredRows.hash(table, key, value);
        }
        if (block.size() >= ExportFormat.BLOCK_BYTES) {
            writeRows();
        }
    }

    /** Ends it. Without this it is a truncated one. */
    public ExportTrailer finish() throws IOException {
        writeRows();
        ExportTrailer trailer = new ExportTrailer(counts, digest);
        write(ExportFormat.TRAILER, trailer.encode());
        out.flush();
        return trailer;
    }

    private void writeRows() throws IOException {
        if (block.size() > 0) {
            write(ExportFormat.ROWS, block.toByteArray());
            block.reset();
        }
    }

    private void write(byte kind, byte[] payload) throws IOException {
        byte[] head = ExportFormat.head(kind, payload.length);
        crc.update(head);
        out.write(head);
        out.writeInt((int) crc.getValue());
        crc.update(payload);
        out.write(payload);
        out.writeInt((int) crc.getValue());
    }
}
