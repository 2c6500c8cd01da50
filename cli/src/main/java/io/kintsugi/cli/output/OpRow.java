package io.kintsugi.cli.output;

import static io.kintsugi.cli.output.Human.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** An op as the API shows it, and how people read it. */
public record OpRow(JsonNode json) {
    /** Kinds of ops that bring service back where the data is. */
    private static final Set<String> MOVES_NOTHING = Set.of("Recovery", "RecoverData", "Offline", "Rejoin");

    private static final Set<String> ENDED = Set.of("Success", "Failed", "Cancelled");

    public String id() {
        return text(json.path("id"));
    }

    public String status() {
        return text(json.path("status"));
    }

    /** Success, Failed or Cancelled: nothing will change any more. */
    public boolean ended() {
        return json.hasNonNull("endedAt") || ENDED.contains(status());
    }

    /** Whether this op drives others rather than moving a replica itself. */
    public boolean isNodes() {
        return text(json.path("kind")).equals("NodeDecommission");
    }

    /** {@code DiskDecommission d1:/data/1}, {@code Move t.3 d1:/data/1 -> d2:/data/2}. */
    public String title() {
        String title = text(json.path("kind")) + " " + text(json.path("target"));
        if (!json.hasNonNull("source")) {
            return title;
        }
        return title + " " + text(json.path("source"))
                + (json.hasNonNull("destination") ? " -> " + text(json.path("destination")) : "");
    }

    /** {@code Running}, {@code Running (Added)}, {@code Running, cancelling}. */
    public String state() {
        String step = text(json.path("step"));
        String intent = ended() ? "" : text(json.path("intent"));
        return status()
                + (step.equals("-") || ended() ? "" : " (" + step + ")")
                + switch (intent) {
                    case "Cancel" -> ", cancelling";
                    case "Pause" -> status().equals("Paused") ? "" : ", pausing";
                    default -> "";
                };
    }

    /** Of its work, 0 to 100; negative when it isn't known. */
    public double percent() {
        return progress().path("percent").asDouble(-1);
    }

    /** {@code 40.0 %}, or {@code -}. */
    public String percentText() {
        return percent() < 0 ? "-" : text(progress().path("percent")) + " %";
    }

    /** {@code 5/12}; {@code -} when it isn't known. */
    public String moved() {
        JsonNode partitions = progress().path("partitions");
        return partitions.isObject() ? text(partitions.path("moved")) + "/" + text(partitions.path("total")) : "-";
    }

    /** {@code ok}, {@code slow}, {@code stuck}, {@code waiting}, {@code ended}, or {@code -}. */
    public String verdict() {
        return text(progress().path("verdict"));
    }

    /** Whether the verdict is something that an operator should see: slow, stuck or waiting. */
    public boolean isTroubled() {
        return !ended() && Set.of("slow", "stuck", "waiting").contains(verdict());
    }

    /** Why it doesn't go on as it should, in a sentence, with the knob that may help; {@code -} for nothing known. */
    public String why() {
        String why = text(progress().path("bottleneck"));
        if (why.equals("-")) {
            why = coded(json);
        }
        String knob = text(progress().path("knob"));
        return knob.equals("-") ? why : why + (why.endsWith(".") ? " " : "; ") + "see " + knob;
    }

    /** {@code 3 x NO_DESTINATION: the sentence}, one for each reason that partitions wait for. */
    public List<String> waits() {
        var waits = new ArrayList<String>();
        for (JsonNode wait : progress().path("waitingFor")) {
            waits.add(text(wait.path("count")) + " x " + coded(wait));
        }
        return waits;
    }

    /** Whether nothing of it goes on, and all that waits does so for one of these reasons. */
    public boolean waitsOnlyFor(Set<String> codes) {
        JsonNode waits = progress().path("waitingFor");
        boolean all = !waits.isEmpty()
                && progress().path("partitions").path("running").asLong() == 0;
        for (JsonNode wait : waits) {
            all &= codes.contains(wait.path("reason").asText());
        }
        return all;
    }

    /** How many partitions moved, failed and so on; what is none is left out, but for the moved. */
    public String counts() {
        JsonNode partitions = progress().path("partitions");
        if (!partitions.isObject() || partitions.path("total").asLong() == 0) {
            return "-";
        }
        String done = MOVES_NOTHING.contains(text(json.path("kind"))) ? " done" : " moved";
        var counts = new StringBuilder(text(partitions.path("moved")) + " of " + text(partitions.path("total")) + done);
        for (String kind : List.of("running", "waiting", "failed", "ignored")) {
            long count = partitions.path(kind).asLong();
            counts.append(count == 0 ? "" : ", " + count + " " + kind);
        }
        return counts.toString();
    }

    /** {@code 1.2 GiB of 3.0 GiB}; {@code -} while nothing is to be copied. */
    public String bytes() {
        JsonNode total = progress().path("bytesTotal");
        return total.asLong() <= 0 ? "-" : Human.size(progress().path("bytesDone")) + " of " + Human.size(total);
    }

    /** From its beginning to its end; {@code -} as long as it goes on. */
    public String lasted() {
        try {
            return json.hasNonNull("createdAt") && json.hasNonNull("endedAt")
                    ? Human.duration(Duration.between(
                                    Instant.parse(json.path("createdAt").asText()),
                                    Instant.parse(json.path("endedAt").asText()))
                            .toMillis())
                    : "-";
        } catch (DateTimeParseException e) {
            return "-";
        }
    }

    /** What it does or waits for now, or ended with: {@code CODE: the sentence}; {@code -} for nothing. */
    public String reason() {
        return coded(json);
    }

    JsonNode progress() {
        return json.path("progress");
    }

    /** A reason code with its sentence. */
    static String coded(JsonNode said) {
        String code = text(said.path("reason"));
        String message = text(said.path("message"));
        return message.equals("-") ? code : code.equals("-") ? message : code + ": " + message;
    }
}
