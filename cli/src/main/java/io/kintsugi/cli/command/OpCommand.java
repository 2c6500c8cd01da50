package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.output.OpRow;
import io.kintsugi.cli.output.OpText;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kintsugi op}. */
@Command(name = "op", description = "Operations: long work that the master drives to its end.")
final class OpCommand extends Draining {
    private static final String HELP = "The op's number, as `op ls` shows it.";

    @Command(name = "ls", description = "All ops, ended ones included.")
    int list(
            @Option(names = "--open", description = "Only those that haven't ended.") boolean open,
            @Option(names = "--waiting", description = "Only those that wait for something, and for what.")
                    boolean waiting,
            @Option(names = "--parent", paramLabel = "ID", description = "Only the children of this op.")
                    String parent) {
        JsonNode all = api().get("/v1/ops" + (waiting ? "?waiting=true" : ""));
        JsonNode ops = Json.filter(
                all,
                op -> (!open || !new OpRow(op).ended())
                        && (parent == null || op.path("parent").asText().equals(parent)));
        return show(
                ops,
                () -> waiting
                        ? OpText.waiting(ops)
                        : OpText.table(ops, session().zone()));
    }

    @Command(name = "show", description = "All about one op: how far it is, what it waits for, what went wrong.")
    int show(@Parameters(paramLabel = "ID", description = HELP) String id) {
        JsonNode op = api().get(path(id));
        return show(op, () -> OpText.details(op, session().zone()));
    }

    @Command(
            name = "watch",
            description = "Shows an op's progress until it ends, over leader changes. Exit code 0 only for Success.")
    int watch(@Parameters(paramLabel = "ID", description = HELP) String id) {
        return new OpWatch(root()).watch(id, "Success");
    }

    @Command(
            name = "cancel",
            description = "Ends an op and its children at the next safe point; what has moved stays where it is.")
    int cancel(
            @Parameters(paramLabel = "ID", description = HELP) String id,
            @Option(
                            names = {"-w", "--watch"},
                            description = "Waits until it has ended.")
                    boolean watch) {
        return follow(tell(id, "cancel", Json.object()), watch, "is cancelled", "Cancelled");
    }

    @Command(name = "pause", description = "Holds an op; what it is moving right now is finished first.")
    int pause(
            @Parameters(paramLabel = "ID", description = HELP) String id,
            @Option(names = "--now", description = "Gives up copies that run, instead of finishing them.")
                    boolean now) {
        ObjectNode body = now ? Json.object().put("now", true) : Json.object();
        JsonNode op = tell(id, "pause", body);
        return done(op, "op " + id + ": " + new OpRow(op).state() + "; let it go on with: kintsugi op resume " + id);
    }

    @Command(name = "resume", description = "Lets a paused op go on.")
    int resume(@Parameters(paramLabel = "ID", description = HELP) String id) {
        JsonNode op = tell(id, "resume", Json.object());
        return done(op, "op " + id + ": " + new OpRow(op).state());
    }

    @Command(
            name = "ack",
            aliases = "acknowledge",
            description = "Takes note of an op that failed: `cluster health` no longer names it.")
    int acknowledge(@Parameters(paramLabel = "ID", description = HELP) String id) {
        return done(tell(id, "acknowledge", Json.object()), "op " + id + " is acknowledged");
    }

    @Command(
            name = "rm",
            description = {
                "Deletes ended ops with all their parts from the history; their numbers are never used again.",
                "History that nobody deletes goes by itself, after EndedOpRetentionMs."
            })
    int remove(@Parameters(paramLabel = "ID", arity = "1..*", description = HELP) List<String> ids) {
        long deleted = 0;
        for (String id : ids) {
            deleted += api().delete(path(id)).path("deleted").asLong();
        }
        return deleted(deleted);
    }

    @Command(
            name = "purge",
            description =
                    "Deletes all ops that have ended so, with their parts; those that are part of an op that runs stay.")
    int purge(@Parameters(paramLabel = "STATUS", description = "Success, Failed or Cancelled.") String status) {
        return deleted(
                api().delete("/v1/ops?status=" + encode(status)).path("deleted").asLong());
    }

    private int deleted(long count) {
        return done(Json.object().put("deleted", count), count + " ops are deleted");
    }

    @Command(
            name = "explain",
            description = "Why an op doesn't go on, or why it ended as it did, and what can be done.")
    int explain(@Parameters(paramLabel = "ID", description = HELP) String id) {
        return askExplain(path(id) + "/explain");
    }

    private JsonNode tell(String id, String verb, ObjectNode body) {
        return api().post(path(id) + "/" + verb, body);
    }

    private static String path(String id) {
        return "/v1/ops/" + encode(id);
    }
}
