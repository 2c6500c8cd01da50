package io.kintsugi.master.driver;

import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Who waits for a condition: looked at after each step. */
final class Watches {
    private record Watch(Predicate<View> condition, long deadline, CompletableFuture<Boolean> done) {}

    private final List<Watch> watches = new ArrayList<>();

    void add(Predicate<View> condition, long deadline, CompletableFuture<Boolean> done) {
        watches.add(new Watch(condition, deadline, done));
    }

    void check(View view) {
        watches.removeIf(w -> {
            boolean holds = w.condition.test(view);
            if (holds || w.deadline - view.nowNanos() <= 0) {
                w.done.complete(holds);
                return true;
            }
            return false;
        });
    }

    void end() {
        watches.forEach(w -> w.done.complete(false));
        watches.clear();
    }
}
