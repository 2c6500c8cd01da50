package io.kintsugi.chaos.run;

import io.kintsugi.chaos.AdminClient;
import io.kintsugi.chaos.fault.FaultShim;
import io.kintsugi.chaos.fault.Netns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** Draws faults and verbs until its time is over. One thread; all that is drawn comes from the arena's random numbers. */
final class Storm {
    private static final long SHORTEST_MILLIS = 300;
    private static final long LONGEST_MILLIS = 6_000;
    private static final long STEP_MILLIS = 700;
    /** More than there can be disks that wait for it. */
    private static final int MANY = 20;

    private static final int VERBS_PERCENT = 40;

    private record Active(Fault.Broken broken, String kind, long until) {}

    private final Arena arena;
    private final List<Fault> faults = new ArrayList<>();
    private final List<Verb> verbs = Verb.all();
    private final List<Active> active = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final Map<String, Integer> skipped = new TreeMap<>();
    private final long began = System.nanoTime();

    Storm(Arena arena) {
        this.arena = arena;
        faults.addAll(ProcessFaults.all());
        FaultShim.unavailable()
                .ifPresentOrElse(why -> skip("disk faults: " + why), () -> faults.addAll(DiskFaults.all()));
        Netns.unavailable().ifPresentOrElse(why -> skip("cuts: " + why), () -> {
            Netns.open();
            faults.addAll(NetFaults.all());
        });
    }

    /** Faults and verbs by kind. */
    Map<String, Integer> counts() {
        return counts;
    }

    /** What could not be done, and how often it was drawn. */
    Map<String, Integer> skipped() {
        return skipped;
    }

    void rage(Duration duration) {
        while (System.nanoTime() - began < duration.toNanos()) {
            mend(false);
            if (arena.random.nextInt(100) < VERBS_PERCENT) {
                ask(arena.oneOf(verbs));
            } else {
                breakSomething(arena.oneOf(faults));
            }
            LockSupport.parkNanos(
                    Duration.ofMillis(arena.random.nextLong(STEP_MILLIS)).toNanos());
        }
        mend(true);
    }

    /** What was drained and can be used again is given back, what was paused goes on. */
    void endVerbs() {
        for (Verb verb : verbs) {
            for (int i = 0; verb.gives() && i < MANY; i++) {
                ask(verb);
            }
        }
    }

    private void breakSomething(Fault fault) {
        Optional<Fault.Broken> broken = fault.begin(arena);
        broken.ifPresent(b -> {
            count(fault.kind());
            long millis = SHORTEST_MILLIS + arena.random.nextLong(LONGEST_MILLIS - SHORTEST_MILLIS);
            active.add(new Active(
                    b,
                    fault.kind(),
                    System.nanoTime() + Duration.ofMillis(millis).toNanos()));
            log(fault.kind() + " " + b.what());
        });
    }

    private void mend(boolean all) {
        for (Iterator<Active> i = active.iterator(); i.hasNext(); ) {
            Active a = i.next();
            if (all || a.until - System.nanoTime() <= 0) {
                i.remove();
                a.broken.mend().run();
                log("end of " + a.kind + " " + a.broken.what());
            }
        }
    }

    private void ask(Verb verb) {
        Optional<Verb.Request> request = verb.request().apply(arena);
        if (request.isEmpty()) {
            return;
        }
        try {
            arena.admin.post(request.get().path(), request.get().body());
            count(verb.name());
            log(verb.name() + " " + request.get());
        } catch (AdminClient.Refused e) {
            boolean unknown =
                    e.status() == 405 || e.status() == 404 && e.reason().equals("NO_SUCH_PATH");
            if (unknown) {
                skip(verb.name() + ": the server doesn't know it");
            } else {
                count(verb.name() + " (" + e.reason() + ")");
            }
        }
    }

    private void count(String kind) {
        counts.merge(kind, 1, Integer::sum);
    }

    private void skip(String what) {
        skipped.merge(what, 1, Integer::sum);
    }

    private void log(String what) {
        System.out.printf("%7.1f s  %s%n", (System.nanoTime() - began) / 1e9, what);
    }
}
