package io.kintsugi.cli.command;

import static io.kintsugi.cli.output.Human.text;
import static io.kintsugi.cli.output.Human.time;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.output.Human;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.output.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kintsugi op}. */
@Command(name = "op", description = "Operations: long work that the master drives to its end.")
final class OpCommand extends Noun {
    @Command(name = "ls", description = "All ops, ended ones included.")
    int list(
            @Option(names = "--open", description = "Only those that haven't ended.") boolean open,
            @Option(names = "--parent", paramLabel = "ID", description = "Only the children of this op.")
                    String parent) {
        JsonNode all = api().get("/v1/ops");
        JsonNode ops = Json.filter(
                all,
                op -> (!open || !OpWatch.isEnded(op))
                        && (parent == null || op.path("parent").asText().equals(parent)));
        return show(ops, () -> {
            var table = new Table(">ID", "KIND", "TARGET", "STATUS", "STEP", "REASON", ">DONE", "CREATED", "ENDED");
            for (JsonNode op : ops) {
                table.row(
                        text(op.path("id")),
                        text(op.path("kind")),
                        text(op.path("target")),
                        text(op.path("status")),
                        text(op.path("step")),
                        text(op.path("reason")),
                        OpWatch.progress(op),
                        time(op.path("createdAt"), session().zone()),
                        time(op.path("endedAt"), session().zone()));
            }
            return table.render();
        });
    }

    @Command(name = "show", description = "All about one op.")
    int show(@Parameters(paramLabel = "ID") String id) {
        JsonNode op = api().get("/v1/ops/" + encode(id));
        return show(op, () -> {
            var table = new Table("PROPERTY", "VALUE");
            op.properties().forEach(field -> table.row(field.getKey(), property(field.getKey(), field.getValue())));
            return table.render();
        });
    }

    @Command(
            name = "watch",
            description = "Shows an op's progress until it ends, over leader changes. Exit code 0 only for Success.")
    int watch(@Parameters(paramLabel = "ID") String id) {
        return new OpWatch(root()).watch(id);
    }

    private String property(String name, JsonNode value) {
        if (name.endsWith("At")) {
            return time(value, session().zone());
        }
        return name.startsWith("bytes") ? Human.size(value) : text(value);
    }
}
