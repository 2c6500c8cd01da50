package io.kintsugi.common.wire;

/** A record that knows its numbered fields. A field's number is never used for anything else, even after the field is gone. */
public interface Encodable {
    void encode(FieldWriter out);

    default byte[] toBytes() {
        FieldWriter out = new FieldWriter();
        encode(out);
        return out.toBytes();
    }
}
