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

    /**
     * What was found, and how to see it again.
     *
     * @param selection what of the run takes place
     */
    public record Failure(long seed, Duration chaos, Selection selection, String what, List<String> events) {
        /** The command that repeats it. */
        public String command() {
            return "bin/kintsugi-sim --seed " + seed + " --runs 1"
                    + (chaos == null ? "" : " --run-minutes " + chaos.toMinutes()) + selection.options();
        }

        /** The law, or where it crashed: failures with the same are taken for the same. */
        String kind() {
            return what.startsWith("law ")
                    ? what.substring(0, what.indexOf(':'))
                    : what.lines().skip(1).findFirst().orElse(what);
        }

        @Override
        public String toString() {
            return "seed " + seed + ": " + what + "\n  the last events:\n    " + String.join("\n    ", events)
                    + "\n  repeat it: " + command();
        }
    }

    private final Duration chaos;
    private final Selection selection;
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
        this(chaos, Selection.ALL);
    }

    /** @param selection what of each run takes place */
    public ClusterSim(Duration chaos, Selection selection) {
        this.chaos = chaos;
        this.selection = selection;
    }

    /** Runs one seed; null if every law held. */
    public Failure run(long seed) {
        ClusterRun[] run = new ClusterRun[1];
        String broken = broken(seed, selection, 0, run);
        count(run[0]);
        if (broken == null) {
            return null;
        }
        failed.add(seed);
        return told(seed, selection, broken);
    }

    /** Runs it again with its events remembered. */
    private Failure told(long seed, Selection of, String broken) {
        ClusterRun[] run = new ClusterRun[1];
        String again = broken(seed, of, TOLD, run);
        String what = again == null ? "not the second time: " + broken : again;
        return new Failure(seed, chaos, of, what, run[0] == null ? List.of() : run[0].lastEvents(what));
    }

    /**
     * The same failure with less going wrong before it, as far as it can be found within so many runs. They don't count.
     */
    public Failure shrunk(Failure failure, int runs) {
        ClusterRun[] run = new ClusterRun[1];
        broken(failure.seed, failure.selection, 0, run);
        if (run[0] == null) {
            return failure; // before anything could go wrong
        }
        Shrinker shrinker = new Shrinker(
                less -> {
                    String broken = broken(failure.seed, less, 0, new ClusterRun[1]);
                    return broken != null
                            && new Failure(failure.seed, chaos, less, broken, List.of())
                                    .kind()
                                    .equals(failure.kind());
                },
                runs);
        Selection least =
                shrinker.shrink(run[0].faults.strikes(), run[0].operators.verbs(), run[0].cluster.plan.chaos());
        Failure shrunk = told(failure.seed, least, failure.what);
        return shrunk.kind().equals(failure.kind()) ? shrunk : failure;
    }

    /** Runs one seed once, and says which law was broken; null for none. */
    String broken(long seed) {
        return broken(seed, selection, 0, new ClusterRun[1]);
    }

    private String broken(long seed, Selection of, int told, ClusterRun[] into) {
        try {
            into[0] = null;
            into[0] = new ClusterRun(seed, chaos, of, told);
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
                        + " %d recovered by force, %d offers from broken disks, faults %s; failed %s; trace %016x",
                runs,
                nanos / 3.6e12,
                events,
                written,
                read,
                verbs,
                ops,
                elections,
                counts.of("seeded"),
                counts.of("forced"),
                counts.of("copy.salvage-offered"),
                counts.all().entrySet().stream()
                        .filter(e -> e.getKey().startsWith("fault."))
                        .map(e -> e.getKey().substring(6) + "=" + e.getValue())
                        .collect(Collectors.joining(" ")),
                failed,
                hash);
    }
}
