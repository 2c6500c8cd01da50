package io.kintsugi.cli.onebox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import io.kintsugi.cli.api.Api;
import io.kintsugi.cli.output.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Brings a started cluster to the point where it can be used: a group, a leader, all datanodes, a table. Each wait has a name and a
 * deadline.
 */
public final class Healthy {
    private static final long POLL_MILLIS = 100;

    private final Session session;
    private final Runnable watchdog;
    private final long deadline;
    private final Function<String, Api> connect;

    /**
     * @param connect makes an {@link Api} of one master's address, or of several with commas between, that fails soon
     * @param watchdog called now and then; throws when a process has died
     */
    public Healthy(Session session, Function<String, Api> connect, Runnable watchdog, long timeoutMillis) {
        this.session = session;
        this.connect = connect;
        this.watchdog = watchdog;
        this.deadline = session.clock().nanos() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    /** Waits for all masters, and makes the group if none of them knows one. */
    public void ensureGroup(Layout layout) {
        await("the masters' group to be made", () -> lookOrInit(layout), answer -> answer.path("known")
                .asBoolean());
    }

    /** A lost answer of `meta init` does no harm: the next look shows whether it was done. */
    private JsonNode lookOrInit(Layout layout) {
        var answers = new LinkedHashMap<String, JsonNode>();
        ObjectNode states = Json.object();
        for (String master : layout.httpAddresses()) {
            answers.put(master, connect.apply(master).get("/v1/cluster"));
            states.set(master, answers.get(master).path("state"));
        }
        if (!knowsGroup(answers) && isFresh(answers)) {
            connect.apply(layout.httpAddresses().get(0)).post("/v1/meta/init", Json.object());
        }
        return states.put("known", knowsGroup(answers));
    }

    private static boolean knowsGroup(Map<String, JsonNode> answers) {
        return answers.values().stream()
                .anyMatch(answer -> !answer.path("clusterId").asText("").isEmpty());
    }

    private static boolean isFresh(Map<String, JsonNode> answers) {
        return answers.values().stream()
                .allMatch(answer -> answer.path("state").asText().equals("uninitialized"));
    }

    /** Waits for a leader and for all datanodes. */
    public void awaitNodes(Layout layout) {
        Api api = connect.apply(String.join(",", layout.httpAddresses()));
        await(
                "a leader",
                () -> api.get("/v1/cluster"),
                cluster -> cluster.path("state").asText().equals("ready") && cluster.hasNonNull("leader"));
        await(
                "all " + layout.datanodes() + " datanodes",
                () -> api.get("/v1/cluster"),
                cluster -> cluster.path("datanodesAlive").asInt() >= layout.datanodes());
    }

    /** Makes the table unless it is there, and waits until every partition of the cluster has its primary and all its replicas. */
    public void ensureTable(Layout layout, String table, int partitions) {
        Api api = connect.apply(String.join(",", layout.httpAddresses()));
        boolean missing = Json.filter(
                        api.get("/v1/tables"),
                        each -> each.path("name").asText().equals(table))
                .isEmpty();
        if (missing) {
            ObjectNode body = Json.object().put("name", table).put("partitions", partitions);
            await("room for table " + table, () -> api.post("/v1/tables", body), answer -> true);
        }
        awaitPartitions(layout, 1);
    }

    /** Waits until the cluster has at least so many partitions, and every one has its primary and all its replicas in-sync. */
    public void awaitPartitions(Layout layout, int least) {
        Api api = connect.apply(String.join(",", layout.httpAddresses()));
        await(
                "all partitions to be in-sync",
                () -> api.get("/v1/cluster"),
                cluster -> cluster.path("partitions").asInt() >= least
                        && cluster.path("partitionsWithoutPrimary").asInt() == 0
                        && cluster.path("partitionsUnderReplicated").asInt() == 0);
    }

    private JsonNode await(String what, Supplier<JsonNode> ask, Predicate<JsonNode> good) {
        String last = "nothing";
        while (true) {
            watchdog.run();
            try {
                JsonNode answer = ask.get();
                if (good.test(answer)) {
                    return answer;
                }
                last = Json.compact(answer);
            } catch (CliException e) {
                if (e.exitCode() == ExitCode.NOT_FOUND) {
                    throw e;
                }
                last = e.getMessage() + " [" + e.reason() + "]";
            }
            if (session.clock().nanos() - deadline >= 0
                    || Thread.currentThread().isInterrupted()) {
                throw new CliException(
                        ExitCode.FAILED,
                        "NOT_HEALTHY_IN_TIME",
                        "waited for " + what + " in vain; the last answer: " + last,
                        null);
            }
            session.pause().millis(POLL_MILLIS);
        }
    }
}
