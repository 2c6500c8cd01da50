package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import io.kintsugi.cli.api.Api;
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

    /** The one element of an array that has this value in a field. */
    static JsonNode find(JsonNode array, String field, String value, String what) {
        JsonNode found = Json.filter(
                        array, element -> element.path(field).asText().equals(value))
                .path(0);
        if (found.isMissingNode()) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    "NO_SUCH_" + what.toUpperCase(java.util.Locale.ROOT),
                    "there is no " + what + " '" + value + "'",
                    null);
        }
        return found;
    }

    static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
