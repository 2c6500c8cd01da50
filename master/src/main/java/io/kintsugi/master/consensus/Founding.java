package io.kintsugi.master.consensus;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;

/**
 * How a group begins: one master chooses the cluster's id and every member's, and tells the others, itself last. All must be there,
 * and without a
 * store. Should it be interrupted, a majority that was told forms the group and seeds the rest; fewer do nothing.
 */
record Founding(ConsensusConfig config, Identity lineage, List<Peer> peers) {
    private static final int ID_BYTES = 8;
    private static final int PEER_BYTES = 4;

    static Founding plan(ConsensusConfig config, RandomGenerator random) {
        List<Peer> peers = new ArrayList<>();
        for (MasterAddress master : config.masters()) {
            peers.add(
                    new Peer(peerId(master.name(), random), master.raftAddress().toString()));
        }
        return new Founding(config, new Identity(hex(ID_BYTES, random), 1, ""), List.copyOf(peers));
    }

    static String peerId(String name, RandomGenerator random) {
        return name + "-" + hex(PEER_BYTES, random);
    }

    String clusterId() {
        return lineage.clusterId();
    }

    MasterPeers.Founding of(MasterAddress master) {
        Peer self = peers.stream()
                .filter(p -> p.name().equals(master.name()))
                .findFirst()
                .orElseThrow();
        return new MasterPeers.Founding(lineage.withPeer(self.id()), peers);
    }

    void requireNoStore(Surroundings around) {
        if (!around.silent().isEmpty()) {
            throw new ConsensusException(
                    "MASTER_UNREACHABLE",
                    "no answer from " + around.silent()
                            + ": start every configured master, or take it out of `masters` everywhere, then do this again");
        }
        if (!around.withStore().isEmpty()) {
            throw MasterGroup.storeExists(String.join(", ", around.withStore()));
        }
    }

    /** Tells all of them at once, for each takes as long as its store needs to be made; waits for every answer. */
    void tellOthers(MasterPeers client) {
        Map<String, CompletableFuture<Void>> answers = new LinkedHashMap<>();
        for (MasterAddress other : config.others()) {
            answers.put(other.name(), client.found(other, of(other)));
        }
        List<String> told = new ArrayList<>();
        Map<String, Throwable> failed = new LinkedHashMap<>();
        answers.forEach((name, answer) -> {
            try {
                answer.join();
                told.add(name);
            } catch (CompletionException e) {
                failed.put(name, e.getCause());
            }
        });
        if (failed.isEmpty()) {
            return;
        }
        String remedy = told.isEmpty()
                ? "nothing was made: do this again"
                : told + " have a store now: if the cluster doesn't come up by itself, stop them, remove `store`"
                        + " in their data directories, start them and do this again";
        Throwable first = failed.values().iterator().next();
        throw new ConsensusException(
                "INIT_INCOMPLETE",
                failed.keySet() + " could not be told (" + first.getMessage() + "); " + remedy,
                first);
    }

    private static String hex(int bytes, RandomGenerator random) {
        byte[] id = new byte[bytes];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
