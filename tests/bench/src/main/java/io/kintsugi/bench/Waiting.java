package io.kintsugi.bench;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for named events, with a deadline. */
public final class Waiting {
    private Waiting() {}

    /** Asks every {@code every} until there is an answer. @throws IllegalStateException names what was awaited */
    public static <T> T await(String what, Duration timeout, Duration every, Supplier<Optional<T>> ask) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Optional<T> answer = ask.get();
            if (answer.isPresent()) {
                return answer.get();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("waited " + timeout.toSeconds() + " s in vain for " + what);
            }
            pause(every);
        }
    }

    public static void until(String what, Duration timeout, Duration every, BooleanSupplier condition) {
        await(what, timeout, every, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }

    public static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Seconds since a {@link System#nanoTime}. */
    public static double secondsSince(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }
}
