package io.kintsugi.master.consensus;

import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a master without a store becomes a member: seed, then join. Each step may be repeated, with whoever leads by then. */
final class Joiner {
    private static final Logger LOG = LoggerFactory.getLogger(Joiner.class);

    private final ConsensusConfig config;
    private final StoreHome home;
    private final MasterPeers peers;
    private String lastWait = "";

    Joiner(ConsensusConfig config, StoreHome home, MasterPeers peers) {
        this.config = config;
        this.home = home;
        this.peers = peers;
    }

    /** Puts the leader's state where the store's is to be. Empty when that has to wait. */
    Optional<MasterPeers.Seed> fetch(Surroundings around) {
        Optional<MasterAddress> leader = around.leader();
        if (leader.isEmpty()) {
            return Optional.empty();
        }
        try {
            MasterPeers.Seed seed =
                    peers.seed(leader.get(), config.self().name()).join();
            LOG.info(
                    "{} is being seeded by {} as {}",
                    config.self().name(),
                    leader.get().name(),
                    seed.identity().peerId());
            home.begin();
            peers.download(leader.get(), seed, home.database()).join();
            return Optional.of(seed);
        } catch (CompletionException e) {
            waiting("a seed from " + leader.get().name(), e);
            return Optional.empty();
        }
    }

    /** Asks the leader to add the seeded peer. */
    void askToJoin(RaftNode node) {
        Optional<MasterAddress> leader =
                Surroundings.ask(peers, config.others()).leader();
        if (leader.isPresent()) {
            try {
                peers.join(
                                leader.get(),
                                new Peer(
                                        node.identity().peerId(),
                                        config.self().raftAddress().toString()))
                        .join();
                LOG.info("{} is a member now", node.identity().peerId());
            } catch (CompletionException e) {
                waiting("being added by " + leader.get().name(), e);
            }
        }
    }

    private void waiting(String what, CompletionException e) {
        String text = "waiting for " + what + ": " + (e.getCause() == null ? e : e.getCause()).getMessage();
        if (!text.equals(lastWait)) {
            LOG.info("{} is {}", config.self().name(), text);
            lastWait = text;
        }
    }
}
