package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import io.kintsugi.cli.api.Api;
import io.kintsugi.cli.output.CheckText;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.output.RescueText;
import io.kintsugi.cli.output.VerifyText;
import java.util.Set;

/**
 * {@code cluster recover-data}. All that changes anything is one request, which begins an op of the masters or joins the one that goes on: this
 * tool may be killed at any time, and run again it comes to the same end.
 */
final class DataRecovery {
    private static final String PATH = "/v1/cluster/recover-data";
    private static final String VERIFY = "/v1/partitions/verify";
    private static final long POLL_MILLIS = 200;
    /** Partitions that only an operator's word, or a datanode that is started, brings back. */
    private static final Set<String> FOR_SOMEBODY =
            Set.of("CHOICE_NEEDED", "CHOICE_CANCELLED", "NO_SURVIVOR", "SURVIVOR_DRAINED");

    private final Root root;
    private final Session session;
    private final Api api;

    DataRecovery(Root root) {
        this.root = root;
        this.session = root.session();
        this.api = root.api();
    }

    JsonNode plan() {
        return api.post(PATH, Json.object().put("dryRun", true));
    }

    /** Whether anything is to be done that isn't being done. */
    static boolean needed(JsonNode plan) {
        JsonNode counts = plan.path("counts");
        return plan.hasNonNull("op")
                || counts.path("healthy").asInt() != counts.path("total").asInt();
    }

    /** @param choices whether what the plan says may be lost is agreed to */
    JsonNode begin(JsonNode plan, boolean choices, long waitMillis) {
        ObjectNode body = Json.object();
        ArrayNode agreed = body.putArray("choices");
        if (choices) {
            plan.path("partitions").forEach(row -> {
                if (row.path("outcome").asText().equals("Chooses")) {
                    agreed.add(row.path("id").asInt());
                }
            });
        }
        return api.post(PATH, waitMillis == 0 ? body : body.put("waitMs", waitMillis));
    }

    /** To its end; then every partition is looked at, and the replicas of each are compared. */
    int follow(JsonNode op, long verifySeconds) {
        session.err()
                .println("op " + op.path("id").asText()
                        + " recovers data; kintsugi may be killed: run again, it goes on");
        int ended = new OpWatch(root).watch(op.path("id").asText(), "Success", FOR_SOMEBODY);
        if (ended == ExitCode.NO) {
            session.err()
                    .println("It goes on when the datanodes that it names are started; or with what is left, by:"
                            + " kintsugi cluster recover-data --yes --force-choice");
            return ended;
        }
        int verified = verify(verifySeconds);
        return ended == ExitCode.OK || verified == ExitCode.CRITICAL ? verified : ended;
    }

    int verify(long seconds) {
        ArrayNode rows = Json.object().putArray("rows");
        for (JsonNode table : api.get("/v1/tables")) {
            String name = table.path("name").asText();
            JsonNode partitions = api.post(VERIFY, Json.object().put("table", name));
            for (long i = 0; i < seconds * 1000 / POLL_MILLIS && VerifyText.counting(partitions); i++) {
                session.pause().millis(POLL_MILLIS);
                partitions = api.get(VERIFY + "?table=" + Noun.encode(name));
            }
            partitions.forEach(rows::add);
        }
        JsonNode check = api.get("/v1/partitions/check");
        session.err().print(RescueText.verified(rows, check, session.zone()));
        session.err().flush();
        if (CheckText.hasEntries(check, "without-primary")) {
            return ExitCode.CRITICAL;
        }
        return VerifyText.differ(rows) ? ExitCode.WARNING : VerifyText.counting(rows) ? ExitCode.FAILED : ExitCode.OK;
    }
}
