package io.kintsugi.sim.cluster;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.kintsugi.sim.world.Counts;
import io.kintsugi.sim.world.LawBroken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** Runs seeds and keeps the count. */
public final class ClusterSim {
    private static final int TOLD = 20_000;

    static {
        // thousands of processes are made to fail; -Dsim.log=WARN shows what the product says to it
        if (LoggerFactory.getLogger("io.kintsugi") instanceof Logger logger) {
            logger.setLevel(Level.toLevel(System.getProperty("sim.log"), Level.OFF));
        }
    }

    /** What was found, and how to see it again. */
    public record Failure(long seed, Duration chaos, String what, List<String> events) {
        /** The command that repeats it. */
        public String command() {
            return "bin/kintsugi-sim --seed " + seed + " --runs 1"
                    + (chaos == null ? "" : " --run-minutes " + chaos.toMinutes());
        }

        @Override
        public String toString() {
            return "seed " + seed + ": " + what + "\n  the last events:\n    " + String.join("\n    ", events)
                    + "\n  repeat it: " + command();
        }
    }

    private final Duration chaos;
    private final Counts counts = new Counts();
    private final List<Long> failed = new ArrayList<>();
    private long runs;
    private long events;
    private long nanos;
    private long hash;
    private long written;
    private long read;
    private long verbs;
    private long elections;
    private final Counts ops = new Counts();

    /** @param chaos how long things go wrong in each run; null: as its seed says, some minutes */
    public ClusterSim(Duration chaos) {
        this.chaos = chaos;
    }

    /** Runs one seed; null if every law held. */
    public Failure run(long seed) {
        ClusterRun[] run = new ClusterRun[1];
        String broken = broken(seed, 0, run);
        count(run[0]);
        if (broken == null) {
            return null;
        }
        failed.add(seed);
        String again = broken(seed, TOLD, run);
        return new Failure(
                seed,
                chaos,
                again == null ? "not the second time: " + broken : again,
                run[0] == null ? List.of() : run[0].lastEvents(again == null ? broken : again));
    }

    private String broken(long seed, int told, ClusterRun[] into) {
        try {
            into[0] = null;
            into[0] = new ClusterRun(seed, chaos, told);
            into[0].run();
            return null;
        } catch (LawBroken law) {
            return law.getMessage();
        } catch (RuntimeException | AssertionError e) {
            // a process that trips over its own state has broken the rules as well
            return "CRASH: " + e
                    + Stream.of(e.getStackTrace())
                            .filter(at -> at.getClassName().startsWith("io.kintsugi"))
                            .limit(12)
                            .map(at -> "\n    at " + at)
                            .collect(Collectors.joining());
        }
    }

    private void count(ClusterRun run) {
        runs++;
        if (run == null) {
            return;
        }
        counts.add(run.world.counts());
        events += run.world.trace().events();
        nanos += run.world.now();
        hash = hash * 31 + run.world.trace().hash();
        written += run.clients.written();
        read += run.clients.read();
        verbs += run.operators.accepted();
        elections += run.cluster.masters.elections();
        ops.add(run.ops());
    }

    public long events() {
        return events;
    }

    public long hash() {
        return hash;
    }

    /** Simulated. */
    public Duration time() {
        return Duration.ofNanos(nanos);
    }

    public Counts counts() {
        return counts;
    }

    public long written() {
        return written;
    }

    /** The same for the same arguments, anywhere. */
    public String summary() {
        return String.format(
                Locale.ROOT,
                "%d runs, %.2f simulated hours, %d events, %d writes, %d reads, %d verbs accepted, ops %s, %d elections, %d seeded masters,"
                        + " faults %s; failed %s; trace %016x",
                runs,
                nanos / 3.6e12,
                events,
                written,
                read,
                verbs,
                ops,
                elections,
                counts.of("seeded"),
                counts.all().entrySet().stream()
                        .filter(e -> e.getKey().startsWith("fault."))
                        .map(e -> e.getKey().substring(6) + "=" + e.getValue())
                        .collect(Collectors.joining(" ")),
                failed,
                hash);
    }
}
