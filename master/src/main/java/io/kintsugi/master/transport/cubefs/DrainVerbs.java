package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.transport.AdminService.Caller;
import io.kintsugi.master.transport.DrainService;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What can be asked of a decommission, be it a disk's, a datanode's or a partition's. Answers in words, as the original. */
record DrainVerbs(DrainService drains) {
    /** One that is paused is asked for again to be resumed. */
    CompletableFuture<String> begin(Caller caller, Optional<Op> open, Supplier<CompletableFuture<String>> begin) {
        return open.filter(op -> op.status() == OpStatus.PAUSED)
                .map(op -> drains.resume(caller, op.id()).thenApply(id -> "op " + id + " goes on"))
                .orElseGet(begin);
    }

    CompletableFuture<String> cancel(Caller caller, Op op) {
        return drains.cancel(caller, op.id()).thenApply(id -> "op " + id + " is cancelled");
    }

    CompletableFuture<String> pause(Caller caller, Op op) {
        return drains.pause(caller, op.id(), false)
                .thenApply(id -> "op " + id + " is paused: what copies ends by itself");
    }

    CompletableFuture<String> acknowledge(Caller caller, Op op) {
        return drains.acknowledge(caller, op.id()).thenApply(id -> "how op " + id + " ended is noted");
    }

    /** What goes on is taken back; how it ended is noted. */
    CompletableFuture<String> reset(Caller caller, Op op) {
        return op.ended() ? acknowledge(caller, op) : cancel(caller, op);
    }
}
