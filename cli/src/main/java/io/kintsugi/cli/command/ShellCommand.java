package io.kintsugi.cli.command;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.api.HttpApi;
import io.kintsugi.cli.demo.Words;
import io.kintsugi.cli.seed.SeedVocabulary;
import io.kintsugi.cli.seed.TabletVocabulary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kintsugi shell}: one command after another, in this program's words, in those of OpenMLDB's shell, or of Pegasus' on metadata. */
@Command(
        name = "shell",
        description = {
            "Takes commands line by line: those of this program without its name, those of OpenMLDB's shell, and those of Pegasus' on",
            "metadata (`help` lists them).",
            "Where the input is no terminal, ends with 1 when one of them failed."
        })
final class ShellCommand extends Noun implements Callable<Integer> {
    /** The recovery of Pegasus' metadata, where {@code -o} names a file. */
    private static final String RECOVER = "recover";

    private static final List<String> PEGASUS = List.of(
            RECOVER + " -f FILE | -s LIST [OPTIONS of meta recover]",
            "nodes [-d] [-s STATE] [-j] [-o FILE]",
            "ls [-a] [-d] [-s STATE] [-j] [-o FILE]",
            "cluster_info [-j] [-o FILE]");

    /** The one-key recovery of OpenMLDB, which has a tool of its own there. */
    private static final String RECOVER_DATA = "recoverdata";

    private static final long PATIENCE_MILLIS = 10_000;

    @Option(
            names = {"-c", "--command"},
            paramLabel = "LINE",
            description = "Runs this line instead of reading any; repeatable.")
    List<String> lines = new ArrayList<>();

    @Option(
            names = "--datanode",
            paramLabel = "ENDPOINT",
            description = {
                "Talks to this datanode (its name or address), in the words of OpenMLDB's tablet:",
                "gettablestatus [TID PID], loadtable NAME TID PID TTL SEG_CNT."
            })
    String datanode;

    private boolean over;

    @Override
    public Integer call() {
        int failed = 0;
        if (!lines.isEmpty()) {
            for (String line : lines) {
                failed += run(line) == ExitCode.OK ? 0 : 1;
            }
            return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
        }
        var in = new BufferedReader(new InputStreamReader(session().in(), StandardCharsets.UTF_8));
        try {
            for (String line = next(in); line != null; line = over ? null : next(in)) {
                failed += run(line) == ExitCode.OK ? 0 : 1;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return failed == 0 || session().interactive() ? ExitCode.OK : ExitCode.FAILED;
    }

    private String next(BufferedReader in) throws IOException {
        if (session().interactive()) {
            session().out().print("> ");
            session().out().flush();
        }
        return in.readLine();
    }

    private int run(String line) {
        try {
            List<String> words = Words.split(line);
            if (words.isEmpty()) {
                return ExitCode.OK;
            }
            return carryOut(words);
        } catch (CliException e) {
            session().err().println(e.toDisplay());
            return e.exitCode();
        }
    }

    private int carryOut(List<String> words) {
        String first = words.getFirst();
        if (first.equals("exit") || first.equals("quit")) {
            over = true;
            return ExitCode.OK;
        }
        var seed = new SeedVocabulary(api(), session());
        if (datanode != null) {
            return tablet(words);
        }
        if (first.equals("help")) {
            seed.usages().forEach(session().out()::println);
            session().out().println(RECOVER_DATA + " [OPTIONS of cluster recover-data]");
            PEGASUS.forEach(session().out()::println);
            session().out().println("and everything that `kintsugi --help` lists, without `kintsugi`; exit");
            return ExitCode.OK;
        }
        if (seed.knows(first)) {
            return say(seed.run(words));
        }
        if (first.equals("shell")) {
            throw CliException.usage("BAD_USAGE", "this is the shell", null);
        }
        var own = new ArrayList<>(words);
        if (first.equals(RECOVER_DATA)) {
            own.removeFirst();
            own.addAll(0, List.of("cluster", "recover-data"));
        }
        if (first.equals(RECOVER)) {
            own.addFirst("meta");
            own.replaceAll(word -> word.equals("-o") || word.equals("--output") ? "--out" : word);
        }
        own.addAll(List.of("--master", String.join(",", root().masterAddresses())));
        return new Shell(session()).run(own.toArray(String[]::new));
    }

    private int tablet(List<String> words) {
        if (!TabletVocabulary.knows(words.getFirst())) {
            TabletVocabulary.usages().forEach(session().out()::println);
            return words.getFirst().equals("help") ? ExitCode.OK : ExitCode.USAGE;
        }
        return say(new TabletVocabulary(
                        api(), datanode, address -> new HttpApi(List.of(address), PATIENCE_MILLIS, session()))
                .run(words));
    }

    private int say(String reply) {
        session().out().print(reply.endsWith("\n") ? reply : reply + "\n");
        session().out().flush();
        return ExitCode.OK;
    }
}
