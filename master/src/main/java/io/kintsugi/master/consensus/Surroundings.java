package io.kintsugi.master.consensus;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * What the other masters say of themselves at one moment.
 *
 * @param infos those that answered
 * @param silent those that didn't
 */
record Surroundings(Map<MasterAddress, MasterPeers.Info> infos, List<MasterAddress> silent) {

    static Surroundings ask(MasterPeers peers, List<MasterAddress> others) {
        Map<MasterAddress, CompletableFuture<MasterPeers.Info>> asked = new LinkedHashMap<>();
        others.forEach(other -> asked.put(other, peers.info(other)));
        Map<MasterAddress, MasterPeers.Info> infos = new LinkedHashMap<>();
        List<MasterAddress> silent = new ArrayList<>();
        asked.forEach((other, answer) -> {
            try {
                infos.put(other, answer.join());
            } catch (CompletionException e) {
                silent.add(other); // how it fails says nothing more
            }
        });
        return new Surroundings(infos, silent);
    }

    /** The one that leads and is ready, in the newest term. */
    Optional<MasterAddress> leader() {
        return infos.entrySet().stream()
                .filter(e -> e.getValue().leading())
                .max(java.util.Comparator.comparingLong(e -> e.getValue().term()))
                .map(Map.Entry::getKey);
    }

    List<String> withStore() {
        return infos.values().stream()
                .filter(MasterPeers.Info::store)
                .map(MasterPeers.Info::name)
                .toList();
    }
}
