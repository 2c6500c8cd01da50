package io.kintsugi.chaos.run;

import io.kintsugi.chaos.fault.FaultShim;
import io.kintsugi.chaos.fault.Netns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Draws faults until its time is over. One thread; all that is drawn comes from the arena's random numbers. The {@link Healer} ends them.
 */
final class Storm {
    private static final long SHORTEST_MILLIS = 300;
    private static final long LONGEST_MILLIS = 6_000;
    private static final long STEP_MILLIS = 1_000;

    private final Arena arena;
    private final Journal journal;
    private final Healer healer;
    private final List<Fault> faults = new ArrayList<>();

    Storm(Arena arena, Journal journal, Healer healer) {
        this.arena = arena;
        this.journal = journal;
        this.healer = healer;
        faults.addAll(ProcessFaults.all());
        FaultShim.unavailable()
                .ifPresentOrElse(why -> journal.skip("disk faults: " + why), () -> faults.addAll(DiskFaults.all()));
        Netns.unavailable().ifPresentOrElse(why -> journal.skip("cuts: " + why), () -> {
            Netns.open();
            faults.addAll(NetFaults.all());
        });
    }

    void rage(Duration duration) {
        long began = System.nanoTime();
        while (System.nanoTime() - began < duration.toNanos()) {
            breakSomething(Arena.oneOf(arena.random, faults));
            LockSupport.parkNanos(
                    Duration.ofMillis(arena.random.nextLong(STEP_MILLIS)).toNanos());
        }
    }

    private void breakSomething(Fault fault) {
        long millis = SHORTEST_MILLIS + arena.random.nextLong(LONGEST_MILLIS - SHORTEST_MILLIS);
        Optional<Fault.Broken> broken = fault.begin(arena);
        broken.ifPresent(b -> {
            journal.fault(fault.kind());
            journal.log(fault.kind() + " " + b.what());
            healer.after(Duration.ofMillis(millis), fault.kind(), b);
        });
    }
}
