package io.kintsugi.master.port;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import java.util.concurrent.CompletableFuture;

/** The only way to change state. Leader only. */
public interface Proposer {
    /**
     * Proposes a command. Completes with what apply said; exceptionally with {@link ProposalException} when this master doesn't lead
     * ({@code NOT_LEADER}: nothing was done) or the outcome can't be known ({@code UNKNOWN}: it may yet be applied; ask again with the
     * same request id).
     *
     * @param requestId "" for commands that are safe by their preconditions
     * @param term the term in which the proposer decided this, or 0 for requests from outside
     */
    CompletableFuture<Outcome> propose(String requestId, long term, String requestedBy, Command command);
}
