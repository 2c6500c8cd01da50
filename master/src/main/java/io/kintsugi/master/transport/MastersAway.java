package io.kintsugi.master.transport;

import io.kintsugi.master.consensus.MasterAddress;
import io.kintsugi.master.consensus.MasterPeers;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Which masters don't answer. */
public final class MastersAway {
    private final List<MasterAddress> masters;
    private final MasterPeers peers;

    public MastersAway(List<MasterAddress> masters, MasterPeers peers) {
        this.masters = masters;
        this.peers = peers;
    }

    /** Names of those that don't answer; {@code self} isn't asked. */
    public Future<List<String>> of(String self) {
        List<Future<String>> asked = new ArrayList<>();
        for (MasterAddress master : masters) {
            if (!master.name().equals(self)) {
                asked.add(Future.fromCompletionStage(peers.info(master))
                        .<String>map(info -> null)
                        .otherwise(master.name()));
            }
        }
        return Future.join(asked).map(all -> asked.stream()
                .map(Future::result)
                .filter(Objects::nonNull)
                .toList());
    }
}
