package io.kintsugi.datanode.store;

import io.kintsugi.common.wire.Encodable;
import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import io.kintsugi.datanode.replica.Config;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What lies beside a replica's data: enough to rebuild the master's metadata from, and to know whose data it is. The log's header is what
 * counts for replication; the manifest follows it a moment later.
 *
 * @param generation highest of the master's group that this replica's node had seen
 * @param config stored last, with the table's whole definition
 * @param ioErrors of this replica, over its life
 */
public record Manifest(String clusterId, long generation, String diskUuid, long replica, Config config, long ioErrors)
        implements Encodable {
    static final String FILE = "manifest";

    /** The manifest of a replica's directory; empty when there is none. */
    public static Optional<Manifest> read(DiskFiles files, Path replicaDirectory) {
        return files.read(replicaDirectory.resolve(FILE)).map(bytes -> {
            Fields in = Fields.parse(bytes);
            return new Manifest(
                    in.text(1), in.num(2), in.text(3), in.num(4), in.record(5, ConfigCodec::read), in.num(6));
        });
    }

    public void write(DiskFiles files, Path replicaDirectory) {
        files.write(replicaDirectory.resolve(FILE), toBytes());
    }

    @Override
    public void encode(FieldWriter out) {
        out.text(1, clusterId)
                .num(2, generation)
                .text(3, diskUuid)
                .num(4, replica)
                .record(5, ConfigCodec.of(config))
                .num(6, ioErrors);
    }
}
