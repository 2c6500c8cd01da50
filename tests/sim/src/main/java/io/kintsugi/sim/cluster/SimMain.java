package io.kintsugi.sim.cluster;

import java.time.Duration;
import java.util.Locale;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code kintsugi-sim}. The last line is the same for the same arguments; how far it is goes to the standard error. Ends with 1 when a law
 * was broken, with 2 when an option makes no sense.
 */
@Command(
        name = "kintsugi-sim",
        mixinStandardHelpOptions = true,
        description =
                "Simulates whole clusters, each from one seed, with everything that can go wrong, and checks the laws.")
public final class SimMain implements Callable<Integer> {
    /** In runs; not in time, which differs from machine to machine. */
    private static final int PROGRESS_EVERY = 200;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--hours",
            paramLabel = "N",
            description = "Seeds one after the other, until so many cluster-hours are simulated (default 1).")
    private Double hours;

    @Option(names = "--runs", paramLabel = "N", description = "So many seeds, instead of --hours.")
    private Long runs;

    @Option(names = "--seed", paramLabel = "S", description = "The first seed (default 1).", defaultValue = "1")
    private long seed;

    @Option(
            names = "--run-minutes",
            paramLabel = "M",
            description =
                    "How long things go wrong in each run, in simulated minutes (default: as the seed says, a few).")
    private Long runMinutes;

    @Option(
            names = "--only-faults",
            paramLabel = "N,...",
            description = "Only the faults with these numbers strike, or none (a shrunk run; default: all).")
    private String onlyFaults;

    @Option(
            names = "--only-verbs",
            paramLabel = "N,...",
            description = "Operators ask only for what has these numbers, or none (a shrunk run; default: all).")
    private String onlyVerbs;

    @Option(
            names = "--until-ms",
            paramLabel = "MS",
            description = "Things stop going wrong so early, in simulated milliseconds (a shrunk run).")
    private Long untilMs;

    @Option(
            names = "--shrink",
            paramLabel = "N",
            description = "How many runs may be spent on making a failure smaller (default 60; 0: none).",
            defaultValue = "60")
    private int shrink;

    private SimMain() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new SimMain())
                .setParameterExceptionHandler(SimMain::refused)
                .execute(args));
    }

    private static int refused(ParameterException e, String[] args) {
        System.err.println("kintsugi-sim: " + e.getMessage() + " (--help lists the options)");
        return CommandLine.ExitCode.USAGE;
    }

    @Override
    public Integer call() {
        atLeast("--hours", hours, 0);
        atLeast("--runs", runs, 1);
        atLeast("--run-minutes", runMinutes, 1);
        atLeast("--until-ms", untilMs, 1);
        atLeast("--shrink", shrink, 0);
        if (runs != null && hours != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--runs " + runs + " and --hours " + hours + ": give one of them, each says when to end");
        }
        Selection selection = new Selection(
                numbers("--only-faults", onlyFaults),
                numbers("--only-verbs", onlyVerbs),
                untilMs == null ? null : Duration.ofMillis(untilMs));
        ClusterSim sim = new ClusterSim(runMinutes == null ? null : Duration.ofMinutes(runMinutes), selection);
        boolean failed = false;
        for (long n = 0; runs == null ? sim.time().toMillis() < wanted() : n < runs; n++) {
            ClusterSim.Failure failure = sim.run(seed + n);
            if (failure != null) {
                failed = true;
                System.out.println(shrink == 0 ? failure : sim.shrunk(failure, shrink));
            }
            if ((n + 1) % PROGRESS_EVERY == 0) {
                System.err.printf(
                        Locale.ROOT,
                        "%d runs, %.1f simulated hours%n",
                        n + 1,
                        sim.time().toMillis() / 3.6e6);
            }
        }
        System.out.println(sim.summary());
        return failed ? 1 : 0;
    }

    private double wanted() {
        return (hours == null ? 1 : hours) * 3.6e6;
    }

    private void atLeast(String option, Number value, int least) {
        if (value != null && !(value.doubleValue() >= least)) {
            throw new ParameterException(spec.commandLine(), option + " " + value + ": must be at least " + least);
        }
    }

    private SortedSet<Integer> numbers(String option, String value) {
        try {
            return Selection.numbers(value);
        } catch (NumberFormatException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + " '" + value + "': must be numbers with commas between them, such as 3,17, or none",
                    e);
        }
    }
}
