package io.kintsugi.master.transport;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.port.ProposalException;
import io.kintsugi.master.port.Proposer;
import io.kintsugi.master.transport.AdminService.Caller;
import java.util.concurrent.CompletableFuture;

/** Proposes for a caller; what is refused, or not known, becomes the caller's error. */
record Asking(Proposer proposer) {
    CompletableFuture<Outcome> propose(Caller caller, Command command) {
        return ask(caller, command).thenApply(Asking::accepted);
    }

    /** A refusal is an outcome. */
    CompletableFuture<Outcome> ask(Caller caller, Command command) {
        return proposer.propose(caller.requestId(), 0, caller.user(), command).exceptionallyCompose(failure -> {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            Throwable proposal = failure instanceof ProposalException ? failure : cause;
            return CompletableFuture.failedFuture(
                    proposal instanceof ProposalException p ? ApiException.of(p) : failure);
        });
    }

    static Outcome accepted(Outcome outcome) {
        if (!outcome.accepted()) {
            throw ApiException.of(outcome);
        }
        return outcome;
    }
}
