package io.kintsugi.common.wire;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;

/**
 * Writes a record as numbered fields in protobuf's wire format, so that a later version may add fields and an older one passes over
 * them. Fields that hold their default (0, "", false, empty) are left out; equal records give equal bytes, which the state digest needs.
 */
public final class FieldWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes, 64);

    /** A whole number; negative ones are allowed. */
    public FieldWriter num(int field, long value) {
        return value == 0 ? this : quietly(() -> out.writeSInt64(field, value));
    }

    public FieldWriter flag(int field, boolean value) {
        return value ? num(field, 1) : this;
    }

    public FieldWriter text(int field, String value) {
        return value == null || value.isEmpty() ? this : quietly(() -> out.writeString(field, value));
    }

    public FieldWriter bytes(int field, byte[] value) {
        return value == null || value.length == 0 ? this : quietly(() -> out.writeByteArray(field, value));
    }

    /** A nested record; null is left out. */
    public FieldWriter record(int field, Encodable value) {
        return value == null ? this : quietly(() -> out.writeByteArray(field, value.toBytes()));
    }

    /** Repeated numbers, in the collection's order: give an ordered one. Zeros are kept. */
    public FieldWriter nums(int field, Collection<? extends Number> values) {
        for (Number value : values) {
            quietly(() -> out.writeSInt64(field, value.longValue()));
        }
        return this;
    }

    public FieldWriter texts(int field, Collection<String> values) {
        for (String value : values) {
            quietly(() -> out.writeString(field, value));
        }
        return this;
    }

    public FieldWriter records(int field, Collection<? extends Encodable> values) {
        for (Encodable value : values) {
            quietly(() -> out.writeByteArray(field, value.toBytes()));
        }
        return this;
    }

    public byte[] toBytes() {
        quietly(out::flush);
        return bytes.toByteArray();
    }

    private interface Write {
        void run() throws IOException;
    }

    private FieldWriter quietly(Write write) {
        try {
            write.run();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return this;
    }
}
