package io.kintsugi.master.export;

import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;

/**
 * Of which state an export is.
 *
 * @param clusterId of the group that it was made of
 * @param generation of that group
 * @param term of the Raft entry after which the state was this
 * @param index of that entry
 * @param at when it was made, by the master's clock, milliseconds since the epoch
 * @param by who asked for it
 */
public record ExportHeader(String clusterId, long generation, long term, long index, long at, String by) {
    byte[] encode() {
        return new FieldWriter()
                .text(1, clusterId)
                .num(2, generation)
                .num(3, term)
                .num(4, index)
                .num(5, at)
                .text(6, by)
                .toBytes();
    }

    static ExportHeader decode(byte[] bytes) {
        Fields in = Fields.parse(bytes);
        return new ExportHeader(in.text(1), in.num(2), in.num(3), in.num(4), in.num(5), in.text(6));
    }
}
