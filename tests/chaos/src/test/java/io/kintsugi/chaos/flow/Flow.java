package io.kintsugi.chaos.flow;

import java.util.List;
import java.util.Optional;

/** One thing that goes wrong, or that is asked for. It gives back what it takes: the next flow finds the cluster as this one did. */
interface Flow {
    /** Why this machine can't do it; empty when it can. */
    default Optional<String> unavailable() {
        return Optional.empty();
    }

    /** Most in-sync replicas that the fault itself takes from a partition; if more are missing at any moment, it is our own doing. */
    int takes();

    /** Kinds and codes of events, {@code kind/CODE}, that tell an operator afterwards what happened. */
    List<String> tells();

    void run(Site site);
}
