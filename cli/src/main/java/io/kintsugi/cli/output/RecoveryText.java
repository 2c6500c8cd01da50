package io.kintsugi.cli.output;

import static io.kintsugi.cli.output.Human.size;
import static io.kintsugi.cli.output.Human.text;
import static io.kintsugi.cli.output.Human.yesNo;

import com.fasterxml.jackson.databind.JsonNode;

/** What a forced recovery would do, for people. */
public final class RecoveryText {
    private RecoveryText() {}

    public static String plan(JsonNode plan) {
        String name = text(plan.path("partition"));
        String place = text(plan.path("survivor").path("place"));
        var text = new StringBuilder(
                switch (plan.path("outcome").asText()) {
                    case "NotNeeded" -> name + " is served: there is nothing to recover.";
                    case "Elects" -> name + " goes on with the in-sync replica on " + place + ": nothing is lost.";
                    case "Chooses" ->
                        name + " goes on with the replica on " + place + " alone.\nLOSS: " + text(plan.path("loss"))
                                + ".";
                    default ->
                        name + " can't go on yet: " + text(plan.path("reason").path("message")) + ".";
                });
        text.append('\n');
        list(
                text,
                "Not reached by the fence, so that they may go on answering until they are:",
                plan.path("unreached"));
        list(text, "Kept as backups for DpBackupTimeoutMs, once they are there:", plan.path("removed"));
        if (!plan.path("survivors").isEmpty()) {
            text.append('\n').append(survivors(plan.path("survivors")));
        }
        return text.toString();
    }

    private static void list(StringBuilder text, String head, JsonNode lines) {
        if (!lines.isEmpty()) {
            text.append(head).append('\n');
            lines.forEach(line -> text.append("  ").append(text(line)).append('\n'));
        }
    }

    private static String survivors(JsonNode survivors) {
        var table = new Table("SURVIVOR", ">REPLICA", "IN-SYNC", ">LEFT AT EPOCH", ">LAST ENTRY", ">BYTES");
        for (JsonNode s : survivors) {
            long left = s.path("leftEpoch").asLong();
            table.row(
                    text(s.path("place")),
                    text(s.path("replica")),
                    yesNo(s.path("inSync")),
                    left == 0 ? "-" : left == 1 ? "never in it" : Long.toString(left),
                    text(s.path("lastEpoch")) + ":" + text(s.path("lastIndex")),
                    size(s.path("bytes")));
        }
        return table.render();
    }
}
