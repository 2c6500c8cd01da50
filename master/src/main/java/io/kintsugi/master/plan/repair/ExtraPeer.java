package io.kintsugi.master.plan.repair;

import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.View;
import java.util.Optional;

/** A replica's stored configuration names a replica that the masters' doesn't. */
public record ExtraPeer() implements Rule {
    @Override
    public Optional<Repair> of(View view, Partition p) {
        return StoredPeers.first(view, p)
                .filter(d -> !d.extra().isEmpty())
                .map(d -> StoredPeers.repair(
                        view, p, name(), "PEER_EXTRA", d, "replicas " + d.extra() + " that the masters don't have"));
    }
}
