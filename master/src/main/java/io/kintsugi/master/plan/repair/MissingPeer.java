package io.kintsugi.master.plan.repair;

import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.View;
import java.util.Optional;

/** A replica's stored configuration lacks a replica that the masters' names. */
public record MissingPeer() implements Rule {
    @Override
    public Optional<Repair> of(View view, Partition p) {
        return StoredPeers.first(view, p)
                .filter(d -> d.extra().isEmpty())
                .map(d -> StoredPeers.repair(
                        view, p, name(), "PEER_MISSING", d, "a configuration without replicas " + d.missing()));
    }
}
