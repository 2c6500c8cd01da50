package io.kintsugi.master.transport;

import io.kintsugi.master.consensus.ConsensusConfig;
import io.kintsugi.master.consensus.ConsensusStatus;
import io.kintsugi.master.consensus.MasterAddress;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every master as it presents itself now, in the order of the configuration. */
public final class MasterCards {
    /**
     * One of them; of one that doesn't answer only the address is known.
     *
     * @param role as {@link ConsensusStatus#role()} has it; {@code unknown} of one that doesn't answer
     * @param dataDir where it keeps what it has; null when it doesn't say
     * @param recoveryFlag whether its configuration still says {@code recover_from_replica_server: true}
     */
    record Card(
            MasterAddress address,
            boolean alive,
            String role,
            long appliedIndex,
            boolean digestOk,
            @Nullable String dataDir,
            boolean recoveryFlag) {
        private static Card of(MasterAddress master, InternalClient.Presented told) {
            return new Card(
                    master,
                    true,
                    ConsensusStatus.role(told.store(), told.leading(), told.state()),
                    told.appliedIndex(),
                    told.digestOk(),
                    told.dataDir(),
                    told.recoverFromReplicaServer());
        }

        private static Card silent(MasterAddress master) {
            return new Card(master, false, "unknown", 0, true, null, false);
        }

        String name() {
            return address.name();
        }
    }

    private final ConsensusConfig config;
    private final InternalClient peers;

    public MasterCards(ConsensusConfig config, InternalClient peers) {
        this.config = config;
        this.peers = peers;
    }

    /** @param own how this master sees itself: it isn't asked */
    Future<List<Card>> all(ConsensusStatus own) {
        List<Future<Card>> asked = new ArrayList<>();
        for (MasterAddress master : config.masters()) {
            asked.add(
                    master.name().equals(own.name())
                            ? Future.succeededFuture(self(master, own))
                            : Future.fromCompletionStage(peers.presented(master))
                                    .map(told -> Card.of(master, told))
                                    .otherwise(Card.silent(master)));
        }
        return Future.all(asked).map(all -> asked.stream().map(Future::result).toList());
    }

    private Card self(MasterAddress master, ConsensusStatus own) {
        return new Card(
                master,
                true,
                own.role(),
                own.appliedIndex(),
                own.digestOk(),
                config.directory().toString(),
                config.recover());
    }
}
