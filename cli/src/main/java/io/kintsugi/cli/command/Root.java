package io.kintsugi.cli.command;

import io.kintsugi.cli.Context;
import io.kintsugi.cli.Session;
import io.kintsugi.cli.api.Api;
import io.kintsugi.cli.api.HttpApi;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code kintsugi}: options that every command takes, and what the commands share. */
@Command(
        name = "kintsugi",
        description = "Operates a Kintsugi cluster; `demo` and `onebox` run a whole one on this machine.",
        synopsisSubcommandLabel = "NOUN VERB",
        subcommands = {
            ClusterCommand.class,
            NodeCommand.class,
            DiskCommand.class,
            TableCommand.class,
            PartitionCommand.class,
            OpCommand.class,
            ExplainCommand.class,
            KvCommand.class,
            BenchCommand.class,
            ShellCommand.class,
            MetaCommand.class,
            SeedListing.Nodes.class,
            SeedListing.Tables.class,
            SeedListing.Cluster.class,
            OneboxCommand.class,
            DemoCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it was tried and failed; an op ended otherwise than Success",
            "2:wrong usage",
            "3:no master can be reached, or none can serve",
            "4:what was named doesn't exist",
            "5:a write may or may not have happened",
            "6:refused by the cluster as things stand",
            "7:the answer is no: drain-check, or a dry run of what can't be done",
            "8:cluster health is warning",
            "9:cluster health is critical"
        },
        footerHeading =
                "%nThe cluster is found by --master, else KINTSUGI_MASTERS, else the context that `onebox start` wrote%n"
                        + "(in KINTSUGI_HOME, by default ~/.kintsugi). Every master is tried.%n")
public final class Root {
    /** What a command prints. */
    public enum Format {
        table,
        json
    }

    @Option(
            names = {"-o", "--output"},
            scope = ScopeType.INHERIT,
            paramLabel = "json|table",
            description = "For scripts or for people (default). nodes, ls and cluster_info take a file too.")
    String output = Format.table.name();

    @Option(
            names = "--master",
            scope = ScopeType.INHERIT,
            split = ",",
            paramLabel = "HOST[:PORT]",
            description = "The masters, with commas between.")
    List<String> masters = List.of();

    @Option(
            names = "--timeout",
            scope = ScopeType.INHERIT,
            paramLabel = "SECONDS",
            description = "How long to wait for a leader or an answer (default 10).")
    int timeoutSeconds = 10;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Shows what a command does.")
    boolean help;

    private final Session session;

    /** A root that takes everything from this session. */
    public Root(Session session) {
        this.session = session;
    }

    Session session() {
        return session;
    }

    Format format() {
        return output.equals(Format.json.name()) ? Format.json : Format.table;
    }

    /** What {@code -o} names where it is no format: a file. Null for a format. */
    @Nullable
    Path file() {
        return output.equals(Format.json.name()) || output.equals(Format.table.name()) ? null : Path.of(output);
    }

    List<String> masterAddresses() {
        return Context.resolve(masters, session);
    }

    Api api() {
        return api(masterAddresses());
    }

    Api api(List<String> addresses) {
        return new HttpApi(addresses, timeoutSeconds * 1000L, session);
    }
}
