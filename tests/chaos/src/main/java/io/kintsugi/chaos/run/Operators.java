package io.kintsugi.chaos.run;

import io.kintsugi.chaos.AdminClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Operators who don't know of each other: each asks for something at random, again and again. */
final class Operators implements AutoCloseable {
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2_000);
    /** More than there can be of what waits for one. */
    private static final int MANY = 25;

    private static final int NO_SUCH_PATH = 404;
    private static final int NO_SUCH_METHOD = 405;

    private final Arena arena;
    private final Journal journal;
    private final List<Verb> verbs = Verb.all();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    Operators(Arena arena, Journal journal, int count, long seed) {
        this.arena = arena;
        this.journal = journal;
        for (int i = 0; i < count; i++) {
            Random random = new Random(seed * 37 + i);
            threads.add(Thread.ofPlatform().daemon().name("operator-" + i).start(() -> run(random)));
        }
    }

    private void run(Random random) {
        while (!stopped) {
            ask(Arena.oneOf(random, verbs), random);
            LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE_NANOS));
        }
    }

    /** What was drained and can be used again is given back, what was paused goes on. */
    void giveBack() {
        Random random = new Random(0);
        for (Verb verb : verbs) {
            for (int i = 0; verb.gives() && i < MANY; i++) {
                ask(verb, random);
            }
        }
    }

    private void ask(Verb verb, Random random) {
        journal.asks(1);
        try {
            Optional<Verb.Request> request = verb.request().apply(new Verb.Sight(arena.admin, random));
            if (request.isPresent()) {
                request.get().send(arena.admin);
                journal.verb(verb.name(), "");
                journal.log(verb.name() + " " + request.get());
            }
        } catch (AdminClient.Refused e) {
            boolean unknown = e.status() == NO_SUCH_METHOD
                    || e.status() == NO_SUCH_PATH && e.reason().equals("NO_SUCH_PATH");
            if (unknown) {
                journal.skip(verb.name() + ": the server doesn't know it");
            } else {
                journal.verb(verb.name(), e.reason());
            }
        } catch (IllegalStateException e) {
            journal.verb(verb.name(), "no master served it");
        } finally {
            journal.asks(-1);
        }
    }

    /** Ends them; what is under way gets its answer. */
    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
