package io.kintsugi.client;

import io.kintsugi.proto.GetRouteResponse;
import io.kintsugi.proto.Member;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.proto.TableDef;
import java.util.List;
import java.util.Optional;

/** Where a table's partitions were when the master was last asked. Immutable. */
record Route(TableDef table, List<PartitionConfig> partitions) {
    static Route of(GetRouteResponse response) {
        return new Route(response.getTable(), List.copyOf(response.getPartitionsList()));
    }

    PartitionConfig partitionOf(byte[] key) {
        return partitions.get(KeyHash.slot(table.getHash(), key, partitions.size()));
    }

    /** Where the partition's primary listens, if it has one. */
    static Optional<String> primary(PartitionConfig partition) {
        for (Member m : partition.getMembersList()) {
            if (m.getReplica() == partition.getPrimary()) {
                return Optional.of(m.getAddress());
            }
        }
        boolean joining = partition.hasJoining() && partition.getJoining().getReplica() == partition.getPrimary();
        return joining ? Optional.of(partition.getJoining().getAddress()) : Optional.empty();
    }
}
