package io.kintsugi.datanode.store;

import io.kintsugi.common.wire.Encodable;
import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import io.kintsugi.datanode.replica.Entry;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The entries of a log that lie behind what a data store holds, as one file that travels with its files. */
public final class LogTail {
    /** Its name among the files of a copy. */
    public static final String FILE = "log.tail";

    private static final long READ_BYTES = 4 << 20;

    private LogTail() {}

    /** All entries from {@code from} to {@code to}, none missing. */
    public static List<Entry> of(LogStore log, long replica, long from, long to) {
        List<Entry> entries = new ArrayList<>();
        for (long next = from; next <= to; next = entries.getLast().index() + 1) {
            entries.addAll(log.read(replica, next, to, READ_BYTES));
        }
        return entries;
    }

    static byte[] encode(List<Entry> entries) {
        List<Encodable> all = new ArrayList<>();
        for (Entry entry : entries) {
            all.add(out -> out.num(1, entry.index()).bytes(2, EntryCodec.encode(entry)));
        }
        return new FieldWriter().records(1, all).toBytes();
    }

    static List<Entry> decode(byte[] bytes) {
        return Fields.parse(bytes).records(1, in -> EntryCodec.decode(in.num(1), in.bytes(2)));
    }

    /** Into a file that there mustn't be yet; nobody needs it after a crash. @return its bytes */
    public static long write(DiskFiles files, Path file, List<Entry> entries) {
        byte[] bytes = encode(entries);
        try (DiskFiles.Output out = files.create(file)) {
            out.write(ByteBuffer.wrap(bytes));
        }
        return bytes.length;
    }

    /** What {@link #write} wrote. */
    public static List<Entry> read(DiskFiles files, Path file) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        files.scan(file, piece -> {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            all.writeBytes(bytes);
        });
        return decode(all.toByteArray());
    }
}
