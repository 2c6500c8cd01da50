package io.kintsugi.cli.command;

import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.output.DiskText;
import io.kintsugi.cli.output.Json;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kintsugi disk}. */
@Command(name = "disk", description = "Disks: one mount path of a datanode each.")
final class DiskCommand extends Draining {
    /** Which disk. */
    static final class Which {
        @Parameters(arity = "1..2", paramLabel = DiskName.LABEL, description = DiskName.HELP)
        List<String> words;
    }

    @Command(name = "ls", description = "All disks.")
    int list(@Option(names = "--node", paramLabel = "NODE", description = "Only those of this datanode.") String node) {
        JsonNode disks = api().get("/v1/disks");
        JsonNode shown = node == null
                ? disks
                : Json.filter(disks, disk -> disk.path("node").asText().equals(node));
        return show(shown, () -> DiskText.table(shown));
    }

    @Command(name = "info", description = "One disk, with its replicas.")
    int info(@Mixin Which which) {
        JsonNode row = row(name(which));
        return show(row, () -> DiskText.info(row));
    }

    @Command(
            name = "decommission",
            description = "Moves everything away from a disk, never lowering redundancy. Prints the op that does it.")
    int decommission(@Mixin Which which, @Mixin How how) {
        DiskName disk = name(which);
        return startDrain("/v1/disks/decommission", disk.body(), how, disk.toString());
    }

    @Command(name = "recommission", description = "Lets a drained disk take replicas again.")
    int recommission(@Mixin Which which) {
        DiskName disk = name(which);
        JsonNode row = api().post("/v1/disks/recommission", disk.body());
        return done(row, disk + " is " + text(row.path("status")));
    }

    @Command(
            name = "recover",
            description =
                    "Says that a broken disk is mended: its datanode probes it, opens it anew and forgets its errors.")
    int recover(@Mixin Which which) {
        DiskName disk = name(which);
        JsonNode row = api().post("/v1/disks/recover", disk.body());
        return done(row, disk + " is being recovered: disk info " + disk + " says how that goes");
    }

    @Command(
            name = "resume-auto",
            description = "Lets a broken disk be decommissioned by itself again, after a cancel or a failure.")
    int resumeAuto(@Mixin Which which) {
        DiskName disk = name(which);
        JsonNode row = api().post("/v1/disks/resume-auto", disk.body());
        return done(row, disk + " is decommissioned by itself again: " + text(row.path("auto")));
    }

    @Command(name = "cancel", description = "Stops draining a disk; what has moved stays where it is.")
    int cancel(
            @Mixin Which which,
            @Option(
                            names = {"-w", "--watch"},
                            description = "Waits until it has ended.")
                    boolean watch) {
        DiskName disk = name(which);
        return cancelOp(row(disk).path("op"), watch, disk.toString());
    }

    @Command(
            name = "rm",
            description =
                    "Forgets a disk that is drained, or lost for good. Refused while it has the only good copy of something.")
    int remove(@Mixin Which which, @Option(names = "--yes", description = "Doesn't ask.") boolean yes) {
        DiskName disk = name(which);
        confirm(yes, "Forget disk " + disk + " for good?");
        return done(api().delete("/v1/disks" + disk.query()), disk + " is removed from the cluster");
    }

    @Command(
            name = "drain-check",
            description = "Whether a disk can be drained now, and which partitions stop it; exit code 7 for no.")
    int drainCheck(@Mixin Which which) {
        return askDrainCheck("/v1/disks/drain-check" + name(which).query());
    }

    @Command(name = "explain", description = "What goes on with a disk, and why it doesn't go on.")
    int explain(@Mixin Which which) {
        return askExplain("/v1/disks/explain" + name(which).query());
    }

    private DiskName name(Which which) {
        return DiskName.of(which.words, api());
    }

    private JsonNode row(DiskName disk) {
        return api().get("/v1/disks/info" + disk.query());
    }
}
