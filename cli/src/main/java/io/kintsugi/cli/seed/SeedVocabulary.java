package io.kintsugi.cli.seed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import io.kintsugi.cli.api.Api;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.output.PidList;
import io.kintsugi.cli.output.SeedTable;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The commands that an OpenMLDB nameserver's shell takes, with its replies, over Kintsugi's own API. An endpoint may be an address or a
 * datanode's name. What each does here, and where that is more or less, is in docs/reference/openmldb-compat.md.
 */
public final class SeedVocabulary {
    /** What a command does with the words after it; its reply, without a line's end. */
    private interface Verb {
        String reply(List<String> words);
    }

    private record Entry(String usage, int least, int most, Verb verb) {}

    private static final Map<String, String> ENDED = Map.of(
            "done",
            "Success",
            "kdone",
            "Success",
            "failed",
            "Failed",
            "kfailed",
            "Failed",
            "canceled",
            "Cancelled",
            "kcanceled",
            "Cancelled");

    private final Api api;
    private final Session session;
    private final Map<String, Entry> verbs = new TreeMap<>();

    public SeedVocabulary(Api api, Session session) {
        this.api = api;
        this.session = session;
        views();
        absences();
        members();
        ops();
    }

    /** Whether it is a word of this vocabulary. */
    public boolean knows(String command) {
        return verbs.containsKey(command);
    }

    /** The commands with their arguments. */
    public List<String> usages() {
        return verbs.values().stream().map(Entry::usage).toList();
    }

    /** @throws CliException when it is refused, or its words don't fit */
    public String run(List<String> line) {
        Entry entry = verbs.get(line.getFirst());
        List<String> words = line.subList(1, line.size());
        if (words.size() < entry.least || words.size() > entry.most) {
            throw CliException.usage("BAD_USAGE", "it is: " + entry.usage, null);
        }
        return entry.verb.reply(words);
    }

    private void add(String usage, int least, int most, Verb verb) {
        int end = usage.indexOf(' ');
        verbs.put(end < 0 ? usage : usage.substring(0, end), new Entry(usage, least, most, verb));
    }

    private void views() {
        add(
                "showtable [TABLE]",
                0,
                1,
                w -> SeedViews.tables(api.get("/v1/replicas" + (w.isEmpty() ? "" : "?table=" + w.getFirst()))));
        add("showtablet", 0, 0, w -> SeedViews.tablets(api.get("/v1/nodes")));
        add("showopstatus [TABLE [PID]]", 0, 2, w -> opStatus(word(w, 0), word(w, 1)));
        add("confget [KEY]", 0, 1, w -> {
            String key = w.isEmpty() ? "auto_failover" : w.getFirst();
            return new SeedTable("key", "value")
                    .row(key, setting(api.get("/v1/settings"), key))
                    .render();
        });
        add("confset KEY VALUE", 2, 2, w -> {
            api.patch("/v1/settings", Json.object().put(w.get(0), w.get(1)));
            return "set " + w.get(0) + " ok";
        });
    }

    /** Of a table that was dropped, too, as long as its ops are remembered; of one that never was it is refused. */
    private String opStatus(@Nullable String table, @Nullable String pid) {
        JsonNode all = api.get("/v1/ops");
        boolean none = true;
        for (JsonNode op : all) {
            none &= !SeedOps.isOf(op, table, pid);
        }
        if (none && table != null) {
            api.get(
                    pid == null
                            ? "/v1/replicas?table=" + table
                            : "/v1/partitions/" + PidList.of(table, pid).getFirst());
        }
        return SeedOps.table(
                all,
                table,
                pid,
                session.zone(),
                Instant.ofEpochMilli(session.clock().millis()));
    }

    private static String setting(JsonNode settings, String key) {
        return settings.properties().stream()
                .filter(s -> s.getKey().equalsIgnoreCase(key.replace("_", "")))
                .map(s -> s.getValue().asText())
                .findFirst()
                .orElseThrow(() -> new CliException(
                        ExitCode.NOT_FOUND, "NO_SUCH_SETTING", "there is no setting '" + key + "'", null));
    }

    private void absences() {
        add(
                "offlineendpoint ENDPOINT [--force]",
                1,
                2,
                w -> whole(
                        "offline endpoint ok",
                        api.post("/v1/nodes/offline", node(w.get(0)).put("force", force(w, 1)))));
        add(
                "recoverendpoint ENDPOINT",
                1,
                1,
                w -> whole("recover endpoint ok", api.post("/v1/nodes/recover", node(w.get(0)))));
        add(
                "recovertable TABLE PID ENDPOINT",
                3,
                3,
                w -> whole(
                        "recover table ok",
                        api.post("/v1/partitions/recover-member", of(node(w.get(2)), PidList.of(w.get(0), w.get(1))))));
        add("updatetablealive TABLE PID|* ENDPOINT yes|no [--force]", 4, 5, w -> {
            if (!w.get(3).equals("yes") && !w.get(3).equals("no")) {
                throw CliException.usage("BAD_USAGE", "'" + w.get(3) + "' is neither yes nor no", null);
            }
            ObjectNode body =
                    node(w.get(2)).put("alive", w.get(3).equals("yes")).put("force", force(w, 4));
            return whole(
                    "update ok",
                    api.post(
                            "/v1/partitions/set-alive",
                            w.get(1).equals("*")
                                    ? body.put("table", w.get(0))
                                    : of(body, PidList.of(w.get(0), w.get(1)))));
        });
    }

    private void members() {
        add(
                "changeleader TABLE PID [ENDPOINT|auto]",
                2,
                3,
                w -> each("change leader ok", PidList.of(w.get(0), w.get(1)), "/v1/partitions/change-leader", body -> {
                    if (w.size() > 2 && !w.get(2).equals("auto")) {
                        body.put("to", w.get(2));
                    }
                }));
        add(
                "migrate SOURCE TABLE PIDS DESTINATION",
                4,
                4,
                w -> each(
                        "partition migrate ok",
                        PidList.of(w.get(1), w.get(2)),
                        "/v1/partitions/decommission",
                        body -> body.put("from", w.get(0)).put("to", w.get(3))));
        add(
                "addreplica TABLE PIDS ENDPOINT",
                3,
                3,
                w -> each(
                        "AddReplica ok",
                        PidList.of(w.get(0), w.get(1)),
                        "/v1/partitions/add-replica",
                        body -> body.put("to", w.get(2))));
        add(
                "delreplica TABLE PIDS ENDPOINT",
                3,
                3,
                w -> each(
                        "DelReplica ok", PidList.of(w.get(0), w.get(1)), "/v1/partitions/del-replica", body -> body.put(
                                        "from", w.get(2))
                                .put("lower", true)));
    }

    private void ops() {
        add("cancelop ID", 1, 1, w -> {
            api.post("/v1/ops/" + id(w.getFirst()) + "/cancel", Json.object());
            return "Cancel op ok";
        });
        add("deleteop ID|done|failed|canceled", 1, 1, w -> {
            String ended = ENDED.get(w.getFirst().toLowerCase(Locale.ROOT));
            api.delete(ended == null ? "/v1/ops/" + id(w.getFirst()) : "/v1/ops?status=" + ended);
            return "Delete op ok";
        });
    }

    private static String id(String word) {
        if (!word.matches("\\d{1,18}")) {
            throw CliException.usage("BAD_OP", "'" + word + "' is no op: ops have numbers, see showopstatus", null);
        }
        return word;
    }

    /** One partition after another; those that are refused don't stop the others. */
    private String each(String ok, List<String> partitions, String path, Consumer<ObjectNode> more) {
        var refused = new StringBuilder();
        int failed = 0;
        for (String partition : partitions) {
            ObjectNode body = Json.object().put("partition", partition);
            more.accept(body);
            try {
                api.post(path, body);
            } catch (CliException e) {
                if (partitions.size() == 1) {
                    throw e;
                }
                failed++;
                refused.append("\n  ").append(partition).append(": ").append(e.getMessage());
            }
        }
        if (failed > 0) {
            throw notAll(failed, partitions.size(), refused);
        }
        return ok;
    }

    private static String whole(String ok, JsonNode result) {
        int failed = result.path("failed").asInt();
        if (failed == 0) {
            return ok;
        }
        var refused = new StringBuilder();
        for (JsonNode row : result.path("partitions")) {
            if (row.path("action").asText().equals("refused")) {
                refused.append("\n  ")
                        .append(row.path("partition").asText())
                        .append(": ")
                        .append(row.path("reason").asText())
                        .append(": ")
                        .append(row.path("message").asText());
            }
        }
        throw notAll(failed, result.path("partitions").size(), refused);
    }

    private static CliException notAll(int failed, int of, CharSequence refused) {
        return new CliException(
                ExitCode.FAILED, "NOT_ALL", failed + " of " + of + " partitions were refused:" + refused, null);
    }

    private static ObjectNode node(String endpoint) {
        return Json.object().put("node", endpoint);
    }

    private static ObjectNode of(ObjectNode body, List<String> partitions) {
        ArrayNode names = body.putArray("partitions");
        partitions.forEach(names::add);
        return body;
    }

    private static boolean force(List<String> words, int at) {
        if (words.size() > at && !words.get(at).equals("--force")) {
            throw CliException.usage("BAD_USAGE", "'" + words.get(at) + "' isn't --force", null);
        }
        return words.size() > at;
    }

    private static @Nullable String word(List<String> words, int at) {
        return words.size() > at ? words.get(at) : null;
    }
}
