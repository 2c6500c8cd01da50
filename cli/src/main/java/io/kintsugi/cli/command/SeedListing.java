package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.output.Sections;
import io.kintsugi.cli.seed.PegasusCluster;
import io.kintsugi.cli.seed.PegasusNodes;
import io.kintsugi.cli.seed.PegasusTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the documents on recovery and moving of the metadata look with, in their spelling. Rows are sorted, so that what two runs print can be
 * compared. {@code -o FILE} writes it to a file, unless FILE is one of the words that {@code -o} takes everywhere.
 */
abstract class SeedListing extends Noun implements Callable<Integer> {
    @Option(
            names = {"-j", "--json"},
            description = "The same names and values as JSON.")
    boolean json;

    /** @param api what was answered, for {@code -o json} */
    record Answer(JsonNode api, Sections sections) {}

    /** Asks the masters. */
    abstract Answer ask();

    /** What is done, as the original says that it failed. */
    abstract String action();

    @Override
    public Integer call() {
        Answer answer = answer();
        Path file = root().file();
        if (isJson() && !json) {
            return show(answer.api, answer.sections::text);
        }
        String text = json ? Json.pretty(answer.sections.json()) + "\n" : answer.sections.text();
        if (file == null) {
            session().out().print(text);
            session().out().flush();
        } else {
            write(file, text);
        }
        return ExitCode.OK;
    }

    /** Codes of the original are told in its sentence. */
    private Answer answer() {
        try {
            return ask();
        } catch (CliException e) {
            if (!e.reason().startsWith("ERR_")) {
                throw e;
            }
            String why = e.getMessage().replaceFirst("^" + e.reason() + ": ", "");
            throw new CliException(e.exitCode(), e.reason(), action() + " failed, error=" + e.reason(), why);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    "IO_ERROR",
                    "can't write " + file + ": " + e,
                    "Its directory must be there and writable.");
        }
    }

    /** One of these words, whatever its case. */
    static String oneOf(String option, String value, List<String> words) {
        String word = value.toLowerCase(Locale.ROOT);
        if (!words.contains(word)) {
            throw CliException.usage(
                    "BAD_STATE",
                    option + " " + value + " is no state",
                    "It is one of " + String.join(", ", words) + ".");
        }
        return word;
    }

    /** {@code kintsugi nodes}. */
    @Command(
            name = "nodes",
            description = {
                "Datanodes in Pegasus' form: address, then ALIVE, DEAD or UNKNOWN (a new leader hasn't heard of it yet); by address.",
                "-o FILE writes it there."
            })
    static final class Nodes extends SeedListing {
        @Option(
                names = {"-d", "--detailed"},
                description = "How many replicas each has, and of these primaries and others.")
        boolean detailed;

        @Option(
                names = {"-s", "--status"},
                paramLabel = "STATE",
                description = "Only these: all (default), alive, dead, unalive (dead or unknown), unknown.")
        String state = "all";

        @Override
        Answer ask() {
            String wanted = oneOf("-s", state, PegasusNodes.STATES);
            JsonNode nodes = api().get("/v1/nodes");
            return new Answer(nodes, PegasusNodes.of(nodes, wanted, detailed));
        }

        @Override
        String action() {
            return "list nodes";
        }
    }

    /** {@code kintsugi ls}. */
    @Command(
            name = "ls",
            description = {"Tables in Pegasus' form, by id.", "-o FILE writes it there."})
    static final class Tables extends SeedListing {
        @Option(
                names = {"-a", "--all"},
                description = "Dropped ones too, until they are removed.")
        boolean all;

        @Option(
                names = {"-d", "--detailed"},
                description = "How many partitions of each are healthy.")
        boolean detailed;

        @Option(
                names = {"-s", "--status"},
                paramLabel = "STATE",
                description =
                        "Only these, whatever -a says: all, available (default), dropped; none is ever creating or dropping.")
        String state;

        @Override
        Answer ask() {
            String wanted = state != null ? oneOf("-s", state, PegasusTables.STATES) : all ? "all" : "available";
            JsonNode tables = api().get("/v1/tables" + (wanted.equals("available") ? "" : "?state=all"));
            if (!wanted.equals("available")
                    && !tables.isEmpty()
                    && !tables.get(0).has("droppedAt")) {
                session()
                        .err()
                        .println("note: these masters don't list dropped tables: only those that serve are shown");
            }
            var shown = new PegasusTables(tables, wanted, session().zone());
            return new Answer(tables, detailed ? shown.detailed(api().get("/v1/partitions")) : shown.general());
        }

        @Override
        String action() {
            return "list apps";
        }
    }

    /** {@code kintsugi cluster_info}. */
    @Command(
            name = "cluster_info",
            description = {
                "The masters, who leads, and where the metadata is, in Pegasus' form: after a recovery the root has another generation.",
                "-o FILE writes it there."
            })
    static final class Cluster extends SeedListing {
        @Override
        Answer ask() {
            JsonNode cluster = api().get("/v1/cluster");
            return new Answer(cluster, PegasusCluster.of(cluster));
        }

        @Override
        String action() {
            return "get cluster info";
        }
    }
}
