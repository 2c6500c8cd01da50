package io.kintsugi.master.state;

import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import java.util.function.Function;

/**
 * A stored table: its number (never given to another), how keys and rows become bytes, and which indexes its rows keep.
 *
 * @param number the table's wire number; the store keeps rows under it
 * @param index called with every change of a row
 */
record RowTable<K extends Comparable<? super K>, V>(
        int number, String name, KeyCodec<K> keys, Writer<V> writer, Function<Fields, V> reader, Index<V> index) {

    /** Writes a row's numbered fields. */
    interface Writer<V> {
        void write(V row, FieldWriter out);
    }

    /** Brings derived indexes up to date: {@code old} null for a new row, {@code now} null for a removed one. */
    interface Index<V> {
        void update(Indexes draft, V old, V now);
    }

    byte[] encode(V row) {
        FieldWriter out = new FieldWriter();
        writer.write(row, out);
        return out.toBytes();
    }

    V decode(byte[] bytes) {
        return reader.apply(Fields.parse(bytes));
    }
}
