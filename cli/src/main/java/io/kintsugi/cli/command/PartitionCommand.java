package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.output.CheckText;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.output.PartitionText;
import io.kintsugi.cli.output.PidList;
import io.kintsugi.cli.output.PlanText;
import io.kintsugi.cli.output.RecoveryText;
import io.kintsugi.cli.output.VerifyText;
import io.kintsugi.common.config.Units;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kintsugi partition}. */
@Command(name = "partition", description = "Partitions: hash slices of tables.")
final class PartitionCommand extends Draining {
    private static final String LABEL = "PARTITION";
    private static final String HELP = "Its id, or table.index.";
    private static final String LIST = "Its id, or table.index; some of a table as table.1,3,5 or table.1-5.";
    private static final String VERIFY = "/v1/partitions/verify";
    private static final long POLL_MILLIS = 200;
    private static final Duration LONGEST_WAIT = Duration.ofDays(24);
    private static final String RECOVER = "/v1/partitions/recover";

    @Command(name = "ls", description = "Where the partitions are, and which replicas are in-sync.")
    int list(
            @Parameters(arity = "0..1", paramLabel = "TABLE", description = "Only those of this table.") String table,
            @Option(
                            names = {"-t", "--table"},
                            paramLabel = "TABLE",
                            description = "The same.")
                    String option) {
        String name = table == null ? option : table;
        JsonNode partitions = api().get("/v1/partitions" + (name == null ? "" : "?table=" + encode(name)));
        return show(partitions, () -> PartitionText.table(partitions));
    }

    @Command(name = "info", description = "One partition, with each of its replicas.")
    int info(@Parameters(paramLabel = LABEL, description = HELP) String partition) {
        JsonNode row = api().get(path(partition));
        return show(row, () -> PartitionText.info(row));
    }

    @Command(
            name = "decommission",
            description =
                    "Moves one replica of a partition elsewhere, never lowering redundancy. Prints the op that does it.")
    int decommission(
            @Parameters(paramLabel = LABEL, description = HELP) String partition,
            @Option(
                            names = "--from",
                            required = true,
                            paramLabel = "NODE[:PATH]",
                            description = "Which replica: that on this datanode or disk.")
                    String from,
            @Option(
                            names = "--to",
                            paramLabel = "NODE[:PATH]",
                            description = "Where to; else the master chooses the best place.")
                    String to,
            @Mixin How how) {
        ObjectNode body = Json.object().put("partition", partition).put("from", DiskName.nodeOrDisk(from, api()));
        if (to != null) {
            body.put("to", DiskName.nodeOrDisk(to, api()));
        }
        return startDrain("/v1/partitions/decommission", body, how, "partition " + partition + " from " + from);
    }

    @Command(
            name = "recover",
            description =
                    "When all is lost: goes on with what is left of a partition that has no in-sync replica to be had. Says first what may"
                            + " be lost, and asks. An in-sync replica that comes back meanwhile is elected, and nothing is lost.")
    int recover(
            @Parameters(paramLabel = LABEL, description = HELP) String partition,
            @Option(names = "--dry-run", description = "Says what it would do, and changes nothing.") boolean dryRun,
            @Option(names = "--yes", description = "Doesn't ask.") boolean yes,
            @Option(
                            names = "--wait",
                            paramLabel = "TIME",
                            defaultValue = "0",
                            description =
                                    "So long it waits for replicas that aren't reached and may hold more, as 30s, 10m or 2h (default: not at"
                                            + " all).")
                    String wait,
            @Option(
                            names = "--survivor",
                            paramLabel = "NODE[:PATH]",
                            description = "Goes on with the replica there; refused when a better one is there.")
                    String survivor,
            @Option(
                            names = "--force-choice",
                            description =
                                    "With --survivor: though a better one is there. In-sync ones aren't passed over.")
                    boolean forceChoice,
            @Option(
                            names = {"-w", "--watch"},
                            description = "Waits until it has ended.")
                    boolean watch) {
        ObjectNode body = Json.object().put("partition", partition);
        if (survivor != null) {
            body.put("survivor", DiskName.nodeOrDisk(survivor, api())).put("forceChoice", forceChoice);
        } else if (forceChoice) {
            throw CliException.usage(
                    "NO_SURVIVOR_NAMED",
                    "--force-choice without --survivor chooses nobody",
                    "Name one: --survivor NODE[:PATH]");
        }
        long waitMillis = millis(wait);
        JsonNode plan = api().post(RECOVER, body.deepCopy().put("dryRun", true));
        boolean needed = !plan.path("outcome").asText().equals("NotNeeded");
        if (dryRun) {
            show(plan, () -> RecoveryText.plan(plan));
            return needed ? ExitCode.OK : ExitCode.NO;
        }
        if (needed && !yes) {
            session().err().print(RecoveryText.plan(plan));
            confirm(false, "Recover " + partition + " by force?");
        }
        JsonNode op = api().post(RECOVER, waitMillis == 0 ? body : body.put("waitMs", waitMillis));
        return follow(op, watch, "recovers partition " + partition, "Success");
    }

    /** @param wait a time, up to 24 days */
    static long millis(String wait) {
        Duration time = Units.duration(wait);
        if (time == null || time.compareTo(LONGEST_WAIT) > 0) {
            throw CliException.usage(
                    "BAD_WAIT",
                    "--wait " + wait + " is no time up to 24d",
                    "Write it as 30s, 10m or 2h; 0: not at all");
        }
        return time.toMillis();
    }

    @Command(
            name = "recover-member",
            description = {
                "Brings one replica of a partition back into service, as `node recover` does of all of a datanode. Nothing is lost by it;",
                "`partition recover`, which goes on with what is left when all is lost, is another command."
            })
    int recoverMember(
            @Parameters(paramLabel = LABEL, description = LIST) String partition,
            @Parameters(paramLabel = "NODE", description = "The datanode with the replica.") String node,
            @Option(
                            names = {"-w", "--watch"},
                            description = "Waits until it is in-sync.")
                    boolean watch) {
        return absence("/v1/partitions/recover-member", named(PidList.named(partition), node), watch);
    }

    @Command(
            name = "set-alive",
            description = {
                "Takes one replica of a partition out of service (no), or lets it come in-sync again (yes). One that is in-sync and works",
                "is taken out with --force alone, the only one in-sync never."
            })
    int setAlive(
            @Parameters(paramLabel = "TABLE", description = "The table.") String table,
            @Parameters(paramLabel = "PID", description = "1, or 1,3,5, or 1-5; * for all with a replica there.")
                    String pids,
            @Parameters(paramLabel = "NODE", description = "The datanode with the replica.") String node,
            @Parameters(paramLabel = "yes|no", description = "Whether it may be in service.") String alive,
            @Option(names = "--force", description = "Though it works: redundancy is lower then.") boolean force) {
        if (!alive.equals("yes") && !alive.equals("no")) {
            throw CliException.usage("BAD_USAGE", "'" + alive + "' is neither yes nor no", null);
        }
        ObjectNode body = pids.equals("*")
                ? Json.object().put("table", table).put("node", node)
                : named(PidList.of(table, pids), node);
        return absence(
                "/v1/partitions/set-alive",
                body.put("alive", alive.equals("yes")).put("force", force),
                false);
    }

    private static ObjectNode named(List<String> partitions, String node) {
        ObjectNode body = Json.object().put("node", node);
        ArrayNode names = body.putArray("partitions");
        partitions.forEach(names::add);
        return body;
    }

    @Command(
            name = "migrate",
            description = "Moves one replica of a partition to where you say. Prints the op that does it.")
    int migrate(
            @Parameters(paramLabel = LABEL, description = LIST) String partition,
            @Option(
                            names = "--from",
                            required = true,
                            paramLabel = "NODE[:PATH]",
                            description = "Which replica: that on this datanode or disk.")
                    String from,
            @Option(
                            names = "--to",
                            required = true,
                            paramLabel = "NODE[:PATH]",
                            description = "The datanode or disk that is to have it.")
                    String to,
            @Mixin How how) {
        return each(partition, one -> decommission(one, from, to, how));
    }

    @Command(
            name = "add-replica",
            description = {
                "Adds a replica of a partition. Where it has all that it should have, its own target is raised.",
                "Prints the op that does it."
            })
    int addReplica(
            @Parameters(paramLabel = LABEL, description = LIST) String partition,
            @Option(
                            names = "--to",
                            paramLabel = "NODE[:PATH]",
                            description = "Where; else the master chooses the best place.")
                    String to,
            @Option(
                            names = {"-w", "--watch"},
                            description = "Shows the progress until it ends.")
                    boolean watch,
            @Option(
                            names = "--dry-run",
                            description = "Shows the plan and changes nothing; exit code 7 if it can't be done.")
                    boolean dryRun) {
        return each(partition, one -> add(one, to, watch, dryRun));
    }

    private int add(String partition, String to, boolean watch, boolean dryRun) {
        ObjectNode body = Json.object().put("partition", partition);
        if (to != null) {
            body.put("to", DiskName.nodeOrDisk(to, api()));
        }
        if (dryRun) {
            JsonNode plan = api().post("/v1/partitions/add-replica", body.put("dryRun", true));
            show(plan, () -> PlanText.plan(plan));
            return plan.path("possible").asBoolean() ? ExitCode.OK : ExitCode.NO;
        }
        JsonNode op = api().post("/v1/partitions/add-replica", body);
        return follow(op, watch, "adds a replica of partition " + partition, "Success");
    }

    @Command(
            name = "del-replica",
            description = {
                "Takes a replica of a partition out and deletes it, if the partition has more than it should have, or with --lower.",
                "Never the last one in-sync, nor one without which fewer would be in-sync than should be."
            })
    int removeReplica(
            @Parameters(paramLabel = LABEL, description = LIST) String partition,
            @Parameters(paramLabel = "NODE[:PATH]", description = "Which replica: that on this datanode or disk.")
                    String from,
            @Option(
                            names = "--lower",
                            description =
                                    "Below the partition's target too, which becomes one less; reset-target undoes that.")
                    boolean lower,
            @Option(
                            names = "--dry-run",
                            description = "Shows what would be and changes nothing; exit code 7 if it can't be done.")
                    boolean dryRun) {
        return each(partition, one -> remove(one, from, lower, dryRun));
    }

    private int remove(String partition, String from, boolean lower, boolean dryRun) {
        ObjectNode body = Json.object()
                .put("partition", partition)
                .put("from", DiskName.nodeOrDisk(from, api()))
                .put("lower", lower);
        if (dryRun) {
            JsonNode plan = api().post("/v1/partitions/del-replica", body.put("dryRun", true));
            show(plan, () -> PlanText.removal(plan));
            return plan.path("possible").asBoolean() ? ExitCode.OK : ExitCode.NO;
        }
        JsonNode row = api().post("/v1/partitions/del-replica", body);
        return done(
                row,
                "partition " + partition + " has no replica on " + from + " any more; it should have "
                        + row.path("target").asText());
    }

    @Command(
            name = "change-leader",
            description = {
                "Makes another in-sync replica of a partition its primary; nothing is lost by it, and nothing moves.",
                "Writes wait for a moment and go on with the new primary."
            })
    int changeLeader(
            @Parameters(paramLabel = LABEL, description = HELP) String partition,
            @Option(
                            names = "--to",
                            paramLabel = "NODE[:PATH]",
                            description = "The replica on this datanode or disk; else the best of the others.")
                    String to,
            @Option(
                            names = "--dry-run",
                            description = "Says who would take over and changes nothing; exit code 7 if nobody can.")
                    boolean dryRun) {
        ObjectNode body = Json.object().put("partition", partition);
        if (to != null) {
            body.put("to", DiskName.nodeOrDisk(to, api()));
        }
        if (dryRun) {
            JsonNode plan = api().post("/v1/partitions/change-leader", body.put("dryRun", true));
            show(plan, () -> PlanText.primary(plan));
            return plan.path("possible").asBoolean() ? ExitCode.OK : ExitCode.NO;
        }
        JsonNode row = api().post("/v1/partitions/change-leader", body);
        return done(
                row,
                "partition " + partition + " has its primary on "
                        + row.path("primary").asText());
    }

    @Command(name = "reset-target", description = "A partition should have as many replicas as its table says again.")
    int resetTarget(@Parameters(paramLabel = LABEL, description = HELP) String partition) {
        JsonNode row = api().post("/v1/partitions/reset-target", Json.object().put("partition", partition));
        return done(
                row,
                "partition " + partition + " should have " + row.path("target").asText() + " replicas");
    }

    @Command(name = "explain", description = "What goes on with a partition, and why it doesn't go on.")
    int explain(@Parameters(paramLabel = LABEL, description = HELP) String partition) {
        return askExplain(path(partition) + "/explain");
    }

    @Command(
            name = "verify",
            description = {
                "Compares what the replicas of a partition, or of all of a table, hold: each counts after the same entry of its log.",
                "Exit code 0 when all hold the same, 8 when some differ, 1 when not all have counted in time."
            })
    int verify(
            @Parameters(paramLabel = "TABLE|PARTITION", description = "A table, or a partition as table.index or id.")
                    String what,
            @Option(names = "--dry-run", description = "Shows the last comparison and how old it is; asks for none.")
                    boolean dryRun,
            @Option(
                            names = "--wait",
                            paramLabel = "SECONDS",
                            defaultValue = "60",
                            description = "How long to wait for the counts (${DEFAULT-VALUE}); 0: not at all.")
                    long seconds) {
        boolean one = what.matches("\\d+|.*\\.\\d+");
        JsonNode rows = api().post(
                        VERIFY,
                        Json.object().put(one ? "partition" : "table", what).put("dryRun", dryRun));
        String again = VERIFY + "?" + (one ? "partition=" : "table=") + encode(what);
        for (long i = 0; !dryRun && i < seconds * 1000 / POLL_MILLIS && VerifyText.counting(rows); i++) {
            session().pause().millis(POLL_MILLIS);
            rows = api().get(again);
        }
        JsonNode last = rows;
        show(last, () -> VerifyText.of(last, session().zone()));
        boolean open = !dryRun && VerifyText.counting(last);
        return VerifyText.differ(last) ? ExitCode.WARNING : open ? ExitCode.FAILED : ExitCode.OK;
    }

    @Command(
            name = "check",
            description =
                    "What isn't as it should be, in nine lists: which partitions, why, and what is done about it; exit code 0 when "
                            + "nothing is listed but moves, 9 when a partition has no primary, else 8.")
    int check() {
        JsonNode check = api().get("/v1/partitions/check");
        show(check, () -> CheckText.of(check));
        if (check.path("ok").asBoolean()) {
            return ExitCode.OK;
        }
        return CheckText.hasEntries(check, "without-primary") ? ExitCode.CRITICAL : ExitCode.WARNING;
    }

    private static String path(String partition) {
        return "/v1/partitions/" + encode(partition);
    }
}
