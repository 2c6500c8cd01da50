package io.kintsugi.datanode.store;

import io.kintsugi.common.wire.Encodable;
import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What lies beside the data of a replica that was removed by force, from before its log is given up: with it the replica can be put back as
 * it was. A directory that has one is a backup, wherever a crash left it.
 *
 * @param bytes of data and log
 * @param keptAtMillis when it was removed, milliseconds since the epoch
 * @param config stored last; null: its files were damaged already, and it can't be put back
 * @param applied the last entry that the data holds
 * @param last the last entry of its log, which is kept beside from {@code applied} on
 */
public record BackupNote(
        long replica, int partition, long bytes, long keptAtMillis, Config config, EntryId applied, EntryId last)
        implements Encodable {
    private static final String FILE = "backup";
    private static final String LOG = "backup-log";

    /** The note of a directory; empty when it is no backup. */
    public static Optional<BackupNote> read(DiskFiles files, Path directory) {
        return files.read(directory.resolve(FILE)).map(bytes -> {
            Fields in = Fields.parse(bytes);
            return new BackupNote(
                    in.num(1),
                    in.intNum(2),
                    in.num(3),
                    in.num(4),
                    in.record(5, ConfigCodec::read),
                    new EntryId(in.num(6), in.num(7)),
                    new EntryId(in.num(8), in.num(9)));
        });
    }

    /** The log first: a note promises it. */
    public void write(DiskFiles files, Path directory, List<Entry> log) {
        files.write(directory.resolve(LOG), LogTail.encode(log));
        files.write(directory.resolve(FILE), toBytes());
    }

    /** The entries behind {@code applied}. */
    public static List<Entry> log(DiskFiles files, Path directory) {
        return files.read(directory.resolve(LOG)).map(LogTail::decode).orElse(List.of());
    }

    /** It is a replica again. */
    public static void remove(DiskFiles files, Path directory) {
        files.deleteTree(directory.resolve(FILE));
        files.deleteTree(directory.resolve(LOG));
    }

    @Override
    public void encode(FieldWriter out) {
        out.num(1, replica)
                .num(2, partition)
                .num(3, bytes)
                .num(4, keptAtMillis)
                .record(5, ConfigCodec.of(config))
                .num(6, applied.epoch())
                .num(7, applied.index())
                .num(8, last.epoch())
                .num(9, last.index());
    }
}
