package io.kintsugi.cli.command;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Runs command lines: the process's one, or many at a prompt. */
public final class Shell {
    private final Session session;

    /** A shell whose commands live in this session. */
    public Shell(Session session) {
        this.session = session;
    }

    /** A parser of all commands, fresh: options of one line don't stay for the next. */
    public CommandLine commandLine() {
        var line = new CommandLine(new Root(session));
        SeedNames.addTo(line);
        line.setOut(new PrintWriter(session.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(session.err(), true, StandardCharsets.UTF_8));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
                session.interactive() ? CommandLine.Help.Ansi.AUTO : CommandLine.Help.Ansi.OFF));
        line.setAbbreviatedSubcommandsAllowed(false);
        line.setUsageHelpAutoWidth(false).setUsageHelpWidth(110);
        ClusterCommand.describeSettings(line.getSubcommands().get("cluster"));
        CommandLine.IExecutionStrategy strategy = line.getExecutionStrategy();
        line.setExecutionStrategy(parsed -> {
            requireFormat(parsed);
            return strategy.execute(parsed);
        });
        line.setParameterExceptionHandler(this::badUsage);
        line.setExecutionExceptionHandler((failure, at, result) -> failed(failure));
        return line;
    }

    /** Runs one command. @return one of {@link ExitCode} */
    public int run(String... args) {
        CommandLine line = commandLine();
        if (args.length == 0) {
            line.usage(line.getErr());
            return ExitCode.USAGE;
        }
        return line.execute(args);
    }

    /** Before anything is asked: {@code -o} names a file for those only that write one. */
    private static void requireFormat(CommandLine.ParseResult parsed) {
        Root root = (Root) parsed.commandSpec().userObject();
        CommandLine at = parsed.asCommandLineList().getLast();
        if (root.file() != null && !(at.getCommandSpec().userObject() instanceof SeedListing)) {
            throw new ParameterException(at, "-o " + root.file() + ": it is json or table");
        }
    }

    private int badUsage(ParameterException failure, String[] args) {
        CommandLine at = failure.getCommandLine();
        if (failure.getCause() instanceof CliException cause) {
            return failed(cause);
        }
        PrintWriter err = at.getErr();
        err.println("error: " + describe(failure) + " [BAD_USAGE]");
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, err)) {
            err.println("  See `" + at.getCommandSpec().qualifiedName() + " --help`.");
        }
        if (!at.getSubcommands().isEmpty() && failure.getMessage().startsWith("Missing required subcommand")) {
            err.println("  One of: "
                    + at.getSubcommands().values().stream()
                            .map(CommandLine::getCommandName)
                            .distinct()
                            .collect(Collectors.joining(", ")));
        }
        return ExitCode.USAGE;
    }

    private static String describe(ParameterException failure) {
        CommandLine at = failure.getCommandLine();
        if (failure instanceof CommandLine.UnmatchedArgumentException unmatched
                && !at.getSubcommands().isEmpty()
                && !unmatched.getUnmatched().get(0).startsWith("-")) {
            return "`" + at.getCommandSpec().qualifiedName() + "` has no '"
                    + unmatched.getUnmatched().get(0) + "'";
        }
        return failure.getMessage();
    }

    private int failed(Exception failure) throws RuntimeException {
        if (failure instanceof CliException known) {
            session.err().println(known.toDisplay());
            return known.exitCode();
        }
        if (failure instanceof UncheckedIOException io) {
            session.err().println("error: " + io.getCause() + " [IO_ERROR]");
            return ExitCode.FAILED;
        }
        session.err().println("error: " + failure + " [INTERNAL_ERROR]");
        StackTraceElement[] trace = failure.getStackTrace();
        if (trace.length > 0) {
            session.err().println("  at " + trace[0] + "; this is a bug, please report it");
        }
        return ExitCode.FAILED;
    }
}
