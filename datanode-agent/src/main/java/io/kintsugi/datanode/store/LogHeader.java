package io.kintsugi.datanode.store;

import io.kintsugi.common.wire.Encodable;
import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.EntryId;

/**
 * What a disk's log knows of one replica beside its entries. That there is one says that the disk once had this id: if the replica's
 * files are missing it is lost, and the id is never used again.
 *
 * @param config stored configuration with its epoch; null once deleted
 * @param base the entry just before the first one kept
 * @param installing name of the directory with a downloaded checkpoint that is to take the place of the data; "": none. While it is set
 *     the install is decided and is finished at the next start, if it wasn't before
 */
public record LogHeader(int partition, boolean deleted, Config config, EntryId base, String installing)
        implements Encodable {

    /** Of a replica that was just made. */
    public static LogHeader fresh(int partition) {
        return new LogHeader(partition, false, null, EntryId.NONE, "");
    }

    public LogHeader withConfig(Config next) {
        return new LogHeader(partition, deleted, next, base, installing);
    }

    public LogHeader withBase(EntryId next) {
        return new LogHeader(partition, deleted, config, next, installing);
    }

    public LogHeader withInstalling(String directory) {
        return new LogHeader(partition, deleted, config, base, directory);
    }

    /** What stays of a deleted replica for good. */
    public LogHeader gone() {
        return new LogHeader(partition, true, null, EntryId.NONE, "");
    }

    @Override
    public void encode(FieldWriter out) {
        out.num(1, partition)
                .flag(2, deleted)
                .record(3, ConfigCodec.of(config))
                .num(4, base.epoch())
                .num(5, base.index())
                .text(6, installing);
    }

    static LogHeader decode(byte[] bytes) {
        Fields in = Fields.parse(bytes);
        return new LogHeader(
                in.intNum(1),
                in.flag(2),
                in.record(3, ConfigCodec::read),
                new EntryId(in.num(4), in.num(5)),
                in.text(6));
    }
}
