package io.kintsugi.cli.command;

import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.api.Api;
import io.kintsugi.cli.output.OpRow;
import io.kintsugi.cli.output.OpText;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Why an op didn't end as it should: its reason and story, those of the ops below it that failed, and what can be done. */
final class PostMortem {
    private static final int MAX_FAILED = 10;

    private final Api api;
    private final ZoneId zone;

    PostMortem(Api api, ZoneId zone) {
        this.api = api;
        this.zone = zone;
    }

    /** In lines for people. What the masters can't say now is left out. */
    String of(OpRow op) {
        var why = new StringBuilder();
        if (!op.reason().equals("-")) {
            why.append("  ").append(op.reason()).append('\n');
        }
        why.append(OpText.story(op.json(), zone));
        try {
            failedBelow(op).forEach(failed -> tell(failed, why));
            JsonNode explain = api.get("/v1/ops/" + Noun.encode(op.id()) + "/explain");
            for (JsonNode finding : explain.path("findings")) {
                if (finding.hasNonNull("remedy")) {
                    why.append("  remedy: ")
                            .append(text(finding.path("remedy")))
                            .append('\n');
                }
            }
        } catch (CliException e) {
            why.append("  more can't be said now: ").append(e.getMessage()).append('\n');
        }
        return why.append("  All about it: kintsugi op show ")
                .append(op.id())
                .append('\n')
                .toString();
    }

    private void tell(JsonNode failed, StringBuilder why) {
        why.append("  ").append(OpText.end(failed)).append('\n');
        why.append("    ").append(new OpRow(failed).reason()).append('\n');
        why.append(OpText.story(failed, zone).indent(4));
    }

    private List<JsonNode> failedBelow(OpRow op) {
        if (op.json().path("children").isEmpty()) {
            return List.of();
        }
        Map<String, List<JsonNode>> byParent = new HashMap<>();
        api.get("/v1/ops")
                .forEach(each -> byParent.computeIfAbsent(each.path("parent").asText(), parent -> new ArrayList<>())
                        .add(each));
        var below = new ArrayList<>(byParent.getOrDefault(op.id(), List.of()));
        for (int i = 0; i < below.size(); i++) {
            below.addAll(byParent.getOrDefault(new OpRow(below.get(i)).id(), List.of()));
        }
        return below.stream()
                .filter(each -> new OpRow(each).status().equals("Failed"))
                .limit(MAX_FAILED)
                .toList();
    }
}
