package io.kintsugi.common.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The fields of a record as {@link FieldWriter} wrote them. Fields that nobody asks for are passed over; absent ones read as their
 * default. Malformed bytes throw {@link IllegalArgumentException}.
 */
public final class Fields {
    private record Field(int number, Object value) {}

    private final List<Field> fields = new ArrayList<>();

    private Fields() {}

    public static Fields parse(byte[] bytes) {
        Fields result = new Fields();
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                int number = WireFormat.getTagFieldNumber(tag);
                switch (WireFormat.getTagWireType(tag)) {
                    case WireFormat.WIRETYPE_VARINT -> result.fields.add(new Field(number, in.readSInt64()));
                    case WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                        result.fields.add(new Field(number, in.readByteArray()));
                    default -> in.skipField(tag);
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not an encoded record: " + e.getMessage(), e);
        }
        return result;
    }

    public long num(int field) {
        return find(field) instanceof Long n ? n : 0;
    }

    /** A number that must fit an int; one that doesn't is malformed. */
    public int intNum(int field) {
        long value = num(field);
        if (value != (int) value) {
            throw new IllegalArgumentException("field " + field + " is " + value + ", beyond an int");
        }
        return (int) value;
    }

    public boolean flag(int field) {
        return num(field) != 0;
    }

    public String text(int field) {
        return find(field) instanceof byte[] b ? new String(b, StandardCharsets.UTF_8) : "";
    }

    public byte[] bytes(int field) {
        return find(field) instanceof byte[] b ? b : new byte[0];
    }

    /** A nested record, or null when the field is absent. */
    public <T> T record(int field, Function<Fields, T> decode) {
        return find(field) instanceof byte[] b ? decode.apply(parse(b)) : null;
    }

    public List<Long> nums(int field) {
        return all(field, value -> (Long) value);
    }

    public List<String> texts(int field) {
        return all(field, value -> new String((byte[]) value, StandardCharsets.UTF_8));
    }

    public <T> List<T> records(int field, Function<Fields, T> decode) {
        return all(field, value -> decode.apply(parse((byte[]) value)));
    }

    private Object find(int number) {
        for (Field field : fields) {
            if (field.number == number) {
                return field.value;
            }
        }
        return null;
    }

    private <T> List<T> all(int number, Function<Object, T> convert) {
        List<T> result = new ArrayList<>();
        for (Field field : fields) {
            if (field.number == number) {
                result.add(convert.apply(field.value));
            }
        }
        return List.copyOf(result);
    }
}
