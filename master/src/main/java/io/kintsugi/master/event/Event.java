package io.kintsugi.master.event;

import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;

/**
 * One thing that happened, the same on every master.
 *
 * @param id rises with time; made of the log's index, so it isn't dense
 * @param at milliseconds since the epoch, as the entry was stamped
 * @param kind {@code op}, {@code disk}, {@code node}, {@code table}, {@code partition}, {@code setting} or {@code cluster}
 * @param code stable, UPPER_SNAKE
 * @param subject for people: {@code d1:/data/1}, {@code orders.3}, a setting's name
 * @param op the op that it is about, or 0
 */
public record Event(long id, long at, String kind, String code, String subject, String message, long op) {

    byte[] encode() {
        FieldWriter out = new FieldWriter();
        out.num(1, at)
                .text(2, kind)
                .text(3, code)
                .text(4, subject)
                .text(5, message)
                .num(6, op);
        return out.toBytes();
    }

    static Event decode(long id, byte[] bytes) {
        Fields in = Fields.parse(bytes);
        return new Event(id, in.num(1), in.text(2), in.text(3), in.text(4), in.text(5), in.num(6));
    }
}
