package io.kintsugi.master.consensus;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Who a master's store belongs to.
 *
 * @param clusterId chosen by {@code meta init}
 * @param generation the lineage of the group; part of the group's id, so that members of two lineages never talk
 * @param peerId this master's id in the Raft group
 */
public record Identity(String clusterId, long generation, String peerId) {
    /** The Raft group's id: follows from cluster and generation. */
    public UUID groupId() {
        return UUID.nameUUIDFromBytes((clusterId + "/" + generation).getBytes(StandardCharsets.UTF_8));
    }

    Identity withPeer(String id) {
        return new Identity(clusterId, generation, id);
    }
}
