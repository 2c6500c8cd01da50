package io.kintsugi.chaos.flow;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Work beside the test, each in a thread of its own: the common pool has few, and the HTTP client needs them for its answers. */
final class Beside {
    private Beside() {}

    static <T> CompletableFuture<T> of(Supplier<T> work) {
        return CompletableFuture.supplyAsync(
                work, r -> Thread.ofPlatform().daemon().start(r));
    }
}
