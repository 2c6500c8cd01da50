package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.port.Proposer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Proposals on their way, at most one a subject. */
final class ProposalBook {
    static final String REQUESTED_BY = "master";
    /** Of moves that nothing but evenness asks for. */
    static final String BALANCE = "balance";

    private static final Logger LOG = LoggerFactory.getLogger(ProposalBook.class);

    private final Proposer proposer;
    private final Consumer<Runnable> inputs;
    private final long term;
    private final Map<Subject, Command> outstanding = new HashMap<>();

    /** @param inputs takes what is to run on the loop's thread */
    ProposalBook(Proposer proposer, Consumer<Runnable> inputs, long term) {
        this.proposer = proposer;
        this.inputs = inputs;
        this.term = term;
    }

    boolean busy(Subject subject) {
        return outstanding.containsKey(subject);
    }

    Collection<Command> outstanding() {
        return List.copyOf(outstanding.values());
    }

    /** @param settled on the loop's thread: the command and whether it was accepted */
    void propose(Subject subject, Command command, BiConsumer<Command, Boolean> settled) {
        outstanding.put(subject, command);
        LOG.debug("proposing {}", command);
        send(command, outcome -> {
            outstanding.remove(subject);
            boolean accepted = outcome != null && outcome.accepted();
            if (accepted) {
                LOG.debug("accepted {}", command);
            } else {
                LOG.debug("{} was not accepted: {}", command, outcome == null ? "unknown outcome" : outcome.message());
            }
            settled.accept(command, accepted);
        });
    }

    /** Without a subject. {@code then} gets null when the outcome isn't known. */
    void send(Command command, Consumer<Outcome> then) {
        String by = command instanceof Command.MoveReplica ? BALANCE : REQUESTED_BY;
        CompletableFuture<Outcome> future = proposer.propose("", term, by, command);
        future.whenComplete((outcome, failure) -> inputs.accept(() -> then.accept(outcome)));
    }
}
