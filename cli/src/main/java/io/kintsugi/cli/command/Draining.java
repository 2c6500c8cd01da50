package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.output.AbsenceText;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.output.OpRow;
import io.kintsugi.cli.output.PidList;
import io.kintsugi.cli.output.PlanText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Option;

/** What the nouns that can be drained have in common. */
abstract class Draining extends Noun {
    /** How to decommission. */
    static final class How {
        @Option(
                names = {"-w", "--watch"},
                description = "Shows the progress until it ends.")
        boolean watch;

        @Option(
                names = "--dry-run",
                description = "Shows the plan and changes nothing; exit code 7 if it can't be done.")
        boolean dryRun;

        @Option(
                names = "--weight",
                paramLabel = "N",
                description = "0 to 100 (default 2): of what waits for a token, the heavier goes first.")
        Integer weight;
    }

    /** Starts a decommission, or only plans it. */
    final int startDrain(String path, ObjectNode body, How how, String target) {
        if (how.weight != null) {
            body.put("weight", how.weight);
        }
        if (how.dryRun) {
            JsonNode plan = api().post(path, body.put("dryRun", true));
            show(plan, () -> PlanText.plan(plan));
            return plan.path("possible").asBoolean() ? ExitCode.OK : ExitCode.NO;
        }
        JsonNode op = api().post(path, body);
        return follow(op, how.watch, "drains " + target, "Success");
    }

    /** Cancels the op that drains something. @param opId as a row of the API has it, null when there is none */
    final int cancelOp(JsonNode opId, boolean watch, String target) {
        if (!opId.isNumber()) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    "NO_OPEN_OP",
                    target + " isn't being drained: there is nothing to cancel",
                    "`kintsugi op ls --open` shows what goes on.");
        }
        JsonNode op = api().post("/v1/ops/" + opId.asText() + "/cancel", Json.object());
        return follow(op, watch, "of " + target + " is cancelled", "Cancelled");
    }

    /** Says what an op was told to do; with {@code watch} follows it to its end. */
    final int follow(JsonNode op, boolean watch, String does, String wanted) {
        String id = op.path("id").asText();
        if (watch) {
            session().err().println("op " + id + " " + does);
            return new OpWatch(root()).watch(id, wanted);
        }
        String more = new OpRow(op).ended() ? "" : "; follow it with: kintsugi op watch " + id;
        return done(op, "op " + id + " " + does + more);
    }

    /** Takes members out of service or brings them back; with {@code watch} waits until those that come back have. */
    final int absence(String path, ObjectNode body, boolean watch) {
        JsonNode result = api().post(path, body);
        show(result, () -> AbsenceText.of(result));
        int worst = result.path("failed").asInt() == 0 ? ExitCode.OK : ExitCode.FAILED;
        if (watch) {
            for (String op : AbsenceText.ops(result)) {
                int end = new OpWatch(root()).watch(op, "Success");
                worst = end == ExitCode.OK ? worst : end;
            }
        }
        return worst;
    }

    /** The same for each partition of a list such as {@code t.1,3-5}: one that is refused doesn't stop the others, but shows in the exit code. */
    final int each(String partitions, ToIntFunction<String> verb) {
        List<String> names = PidList.named(partitions);
        if (names.size() == 1) {
            return verb.applyAsInt(names.getFirst());
        }
        int worst = ExitCode.OK;
        for (String name : names) {
            try {
                int end = verb.applyAsInt(name);
                worst = end == ExitCode.OK ? worst : end;
            } catch (CliException e) {
                session().err().println(name + ": " + e.toDisplay());
                worst = ExitCode.FAILED;
            }
        }
        return worst;
    }

    final int askDrainCheck(String path) {
        JsonNode check = api().get(path);
        show(check, () -> PlanText.drainCheck(check));
        return check.path("mayDrain").asBoolean() ? ExitCode.OK : ExitCode.NO;
    }

    /** Asks at a terminal; elsewhere {@code --yes} must have been given. */
    final void confirm(boolean yes, String question) {
        if (yes) {
            return;
        }
        if (!session().interactive()) {
            throw CliException.usage(
                    "NOT_CONFIRMED",
                    "this can't be taken back, and there is no terminal to ask at",
                    "Give --yes to do it.");
        }
        session().err().print(question + " [y/N] ");
        session().err().flush();
        String answer = readLine().strip();
        if (!answer.equalsIgnoreCase("y") && !answer.equalsIgnoreCase("yes")) {
            throw CliException.usage("NOT_CONFIRMED", "not confirmed: nothing was changed", null);
        }
    }

    /** Byte by byte: what comes after the line is for the next reader. */
    private String readLine() {
        var line = new ByteArrayOutputStream();
        try {
            for (int c = session().in().read();
                    c >= 0 && c != '\n';
                    c = session().in().read()) {
                line.write(c);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
