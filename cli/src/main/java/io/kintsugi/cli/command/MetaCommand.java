package io.kintsugi.cli.command;

import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.output.Json;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code kintsugi meta}. */
@Command(name = "meta", description = "The masters' group and its metadata.")
final class MetaCommand extends Noun {
    @Command(
            name = "init",
            description = "Makes a new cluster of masters that have no store yet. Once; refused where a store exists.")
    int init() {
        // One master is asked, not any: a lost answer followed by a second try elsewhere must not look like a second
        // cluster.
        List<String> first = root().masterAddresses().subList(0, 1);
        JsonNode answer = root().api(first).post("/v1/meta/init", Json.object());
        return done(answer, "cluster " + text(answer.path("clusterId")) + " is made");
    }
}
