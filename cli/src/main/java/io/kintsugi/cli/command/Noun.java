package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import io.kintsugi.cli.api.Api;
import io.kintsugi.cli.output.AdviceText;
import io.kintsugi.cli.output.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands of all nouns have in common. Their verbs are methods. */
abstract class Noun {
    @Spec
    CommandSpec spec;

    final Root root() {
        return (Root) spec.root().userObject();
    }

    final Session session() {
        return root().session();
    }

    final Api api() {
        return root().api();
    }

    final boolean isJson() {
        return root().format() == Root.Format.json;
    }

    /** Prints the API's answer as it is, or else what people read. */
    final int show(JsonNode answer, Supplier<String> forPeople) {
        if (isJson()) {
            session().out().println(Json.pretty(answer));
        } else {
            session().out().print(forPeople.get());
        }
        session().out().flush();
        return ExitCode.OK;
    }

    /** Prints an answer that people get as one line. */
    final int done(JsonNode answer, String line) {
        return show(answer, () -> line + System.lineSeparator());
    }

    /** Prints what the master says about a state of things. */
    final int askExplain(String path) {
        JsonNode explain = api().get(path);
        return show(explain, () -> AdviceText.explain(explain));
    }

    static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
