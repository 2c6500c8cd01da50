package io.kintsugi.datanode.store;

import io.kintsugi.common.wire.Encodable;
import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import io.kintsugi.datanode.replica.Config;

/**
 * A configuration that a replica on a broken disk has heard of and can't store itself, so the agent's own directory does: from the moment that the
 * replica's data was given away in that epoch, nothing may be promised in a lower one, whoever opens the disk again.
 *
 * @param disk uuid of the disk
 */
public record Fence(String disk, long replica, Config config) implements Encodable {
    @Override
    public void encode(FieldWriter out) {
        out.text(1, disk).num(2, replica).record(3, ConfigCodec.of(config));
    }

    static Fence decode(Fields in) {
        return new Fence(in.text(1), in.num(2), in.record(3, ConfigCodec::read));
    }
}
