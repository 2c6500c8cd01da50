package io.kintsugi.sim.bugs;

import io.kintsugi.mutants.PlantedBug;
import io.kintsugi.mutants.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code kintsugi-sim bugs}: hunts planted bugs with the whole cluster, and says for each which seed found it, by which law. Ends with 1 when
 * one isn't found, with 2 when an argument makes no sense.
 */
@Command(
        name = "kintsugi-sim bugs",
        mixinStandardHelpOptions = true,
        description = {
            "Shows that the simulation finds planted bugs. Each is hunted with the seed that found it last, then with 1, 2, 3 ...",
            "To be run in a checkout on a JDK: bugs are edits of the source text."
        })
public final class BugHuntMain implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "The most that is tried for each bug (default ${DEFAULT-VALUE}).",
            defaultValue = "" + BugHunt.BUDGET)
    private int seeds;

    @Option(
            names = "--write",
            paramLabel = "CHECKOUT",
            description = "Notes the seeds in this checkout, where the tests begin.")
    private Path checkout;

    @Parameters(
            paramLabel = "NAME",
            arity = "0..*",
            description = "Planted bugs (default: all that the whole cluster is to find).")
    private List<String> names = List.of();

    private BugHuntMain() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new BugHuntMain())
                .setParameterExceptionHandler(BugHuntMain::refused)
                .execute(args));
    }

    private static int refused(ParameterException e, String[] args) {
        System.err.println("kintsugi-sim bugs: " + e.getMessage() + " (--help lists the options)");
        return CommandLine.ExitCode.USAGE;
    }

    @Override
    public Integer call() {
        FoundSeeds known = FoundSeeds.read();
        List<PlantedBug> hunted = hunted(known);
        check();
        boolean all = true;
        for (PlantedBug bug : hunted) {
            BugHunt.Result result = BugHunt.hunt(bug, known.seed(bug.name()), seeds);
            System.out.println(result);
            all &= result.found();
            if (checkout != null && result.found()) {
                known.found(bug.name(), result.seed(), law(result));
                known.write(checkout);
            }
        }
        return all ? 0 : 1;
    }

    private void check() {
        if (seeds < 1) {
            throw refusal("--seeds " + seeds + ": must be at least 1");
        }
        if (checkout != null && !Files.exists(FoundSeeds.in(checkout))) {
            throw refusal("--write " + checkout + ": no checkout of Kintsugi, it has no " + FoundSeeds.in(checkout));
        }
        try {
            Sources.here();
        } catch (IllegalStateException e) {
            throw refusal(e.getMessage());
        }
    }

    private List<PlantedBug> hunted(FoundSeeds known) {
        List<String> there = Bugs.all().stream().map(PlantedBug::name).toList();
        for (String name : names) {
            if (!there.contains(name)) {
                throw refusal("there is no planted bug '" + name + "': it is one of " + String.join(", ", there));
            }
        }
        return names.isEmpty()
                ? Bugs.ofCluster().stream()
                        .filter(bug -> known.hidden(bug.name()) == null)
                        .toList()
                : Bugs.all().stream().filter(bug -> names.contains(bug.name())).toList();
    }

    private ParameterException refusal(String why) {
        return new ParameterException(spec.commandLine(), why);
    }

    /** The law that it breaks, in a word or two. */
    private static String law(BugHunt.Result result) {
        return result.law().substring(0, Math.max(0, result.law().indexOf(':')));
    }
}
