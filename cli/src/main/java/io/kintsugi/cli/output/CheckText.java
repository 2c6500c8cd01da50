package io.kintsugi.cli.output;

import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;

/** The nine lists of {@code partition check} for people. */
public final class CheckText {
    private CheckText() {}

    /** Each list with what is on it, and of that why. */
    public static String of(JsonNode check) {
        var lines = new StringBuilder();
        if (!check.path("judging").asBoolean(true)) {
            lines.append("The leader is new and hasn't heard of enough datanodes yet: ask again shortly.\n");
        }
        for (JsonNode list : check.path("lists")) {
            JsonNode entries = list.path("entries");
            String count = list.path("built").asBoolean()
                    ? entries.isEmpty() ? "none" : "" + entries.size()
                    : "not looked for yet";
            lines.append('[')
                    .append(text(list.path("title")))
                    .append("]: ")
                    .append(count)
                    .append('\n');
            entries.forEach(entry -> entry(entry, lines));
        }
        return lines.toString();
    }

    private static void entry(JsonNode entry, StringBuilder lines) {
        lines.append("  ")
                .append(text(entry.path("subject")))
                .append(" (")
                .append(text(entry.path("id")))
                .append(')');
        if (!entry.path("members").isEmpty()) {
            lines.append("  ").append(text(entry.path("members")));
        }
        if (entry.hasNonNull("op")) {
            lines.append("  op ").append(text(entry.path("op")));
        }
        lines.append('\n');
        for (JsonNode finding : entry.path("findings")) {
            var advice = new StringBuilder();
            AdviceText.finding(finding, advice);
            advice.toString()
                    .lines()
                    .forEach(line -> lines.append("  ").append(line).append('\n'));
        }
    }

    /** Whether something is on that list. */
    public static boolean hasEntries(JsonNode check, String name) {
        for (JsonNode list : check.path("lists")) {
            if (text(list.path("list")).equals(name)) {
                return !list.path("entries").isEmpty();
            }
        }
        return false;
    }
}
