package io.kintsugi.cli.output;

import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** How members were taken out of service, or brought back: a line for each partition. */
public final class AbsenceText {
    private AbsenceText() {}

    public static String of(JsonNode result) {
        JsonNode rows = result.path("partitions");
        if (rows.isEmpty()) {
            return text(result.path("node")) + " has no replica: there is nothing to do\n";
        }
        var table = new Table("PARTITION", "REPLICA", "RESULT", ">OP", "WHY");
        for (JsonNode row : rows) {
            String reason = row.path("reason").asText();
            table.row(
                    text(row.path("partition")),
                    text(row.path("node")),
                    text(row.path("action")),
                    text(row.path("op")),
                    reason.isEmpty() ? "" : row.path("message").asText() + " [" + reason + "]");
        }
        return table.render();
    }

    /** Ids of the ops that go on. */
    public static List<String> ops(JsonNode result) {
        return result.path("partitions").findValues("op").stream()
                .filter(JsonNode::isNumber)
                .map(JsonNode::asText)
                .toList();
    }
}
