package io.kintsugi.cli.output;

import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** What the master says about a state of things, each with what can be done: explanations and the cluster's health. */
public final class AdviceText {
    private AdviceText() {}

    /** Why something is as it is. */
    public static String explain(JsonNode explain) {
        String subject = text(explain.path("subject"));
        String summary = text(explain.path("summary"));
        var advice = new StringBuilder(summary.startsWith(subject) ? summary : subject + ": " + summary).append('\n');
        for (JsonNode finding : explain.path("findings")) {
            finding(finding, advice);
        }
        return advice.toString();
    }

    /** What isn't as it should be. */
    public static String health(JsonNode health) {
        String status = text(health.path("status"));
        if (health.path("checks").isEmpty()) {
            return status + "\n";
        }
        var advice = new StringBuilder(status).append('\n');
        for (JsonNode check : health.path("checks")) {
            finding(check, advice);
            if (!check.path("subjects").isEmpty()) {
                advice.append("    concerns: ")
                        .append(text(check.path("subjects")))
                        .append('\n');
            }
        }
        return advice.toString();
    }

    /** One of them, indented. */
    static void finding(JsonNode finding, StringBuilder advice) {
        advice.append("  ")
                .append(text(finding.path("level")).toUpperCase(Locale.ROOT))
                .append("  ")
                .append(text(finding.path("code")))
                .append(": ")
                .append(text(finding.path("message")))
                .append('\n');
        String remedy = text(finding.path("remedy"));
        if (!remedy.equals("-")) {
            advice.append("    remedy: ").append(remedy).append('\n');
        }
    }
}
