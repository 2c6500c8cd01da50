package io.kintsugi.master.consensus;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.kintsugi.master.command.Envelope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A Raft entry: format number, then each command with its length before it. */
final class EntryCodec {
    private static final int FORMAT = 1;

    private EntryCodec() {}

    static byte[] encode(List<byte[]> commands) {
        int size = CodedOutputStream.computeUInt32SizeNoTag(FORMAT);
        for (byte[] command : commands) {
            size += CodedOutputStream.computeByteArraySizeNoTag(command);
        }
        byte[] bytes = new byte[size];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeUInt32NoTag(FORMAT);
            for (byte[] command : commands) {
                out.writeByteArrayNoTag(command);
            }
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes;
    }

    /** @throws IllegalArgumentException for an entry of a newer format, or a damaged one */
    static List<Envelope> decode(ByteBuffer entry, Function<byte[], Envelope> decoder) {
        CodedInputStream in = CodedInputStream.newInstance(entry);
        List<Envelope> commands = new ArrayList<>();
        try {
            int format = in.readUInt32();
            if (format != FORMAT) {
                throw new IllegalArgumentException(
                        "Raft entry of format " + format + ", this version reads " + FORMAT + ": upgrade this master");
            }
            while (!in.isAtEnd()) {
                commands.add(decoder.apply(in.readByteArray()));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("damaged Raft entry", e);
        }
        return commands;
    }
}
