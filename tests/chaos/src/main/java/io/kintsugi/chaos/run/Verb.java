package io.kintsugi.chaos.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.AdminClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One thing that an operator may ask for at any moment.
 *
 * @param name as it is counted
 * @param request drawn from what there is now; empty when there is nothing that it could be asked of
 */
record Verb(String name, Function<Sight, Optional<Request>> request) {
    /** Most moves at once that anybody asks for: what the laws hold the cluster to. */
    static final int MOST_TOKENS = 3;

    /** What an operator sees, and what draws from it. */
    record Sight(AdminClient admin, Random random) {
        /** Not where so many are draining or drained already that the rest have nowhere to go, and nothing would move any more. */
        private Optional<JsonNode> unlessMany(String path, Predicate<JsonNode> draining, Predicate<JsonNode> good) {
            int already = 0;
            int all = 0;
            for (JsonNode each : admin.get(path)) {
                all++;
                already += draining.test(each) ? 1 : 0;
            }
            return already * 3 > all ? Optional.empty() : any(path, good);
        }

        private Optional<JsonNode> any(String path, Predicate<JsonNode> good) {
            List<JsonNode> found = new ArrayList<>();
            admin.get(path).forEach(each -> {
                if (good.test(each)) {
                    found.add(each);
                }
            });
            return found.isEmpty() ? Optional.empty() : Optional.of(Arena.oneOf(random, found));
        }
    }

    /** @param body null for none */
    record Request(String method, String path, Map<String, Object> body) {
        void send(AdminClient admin) {
            switch (method) {
                case "DELETE" -> admin.delete(path);
                case "PATCH" -> admin.patch(path, body);
                default -> admin.post(path, body);
            }
        }

        @Override
        public String toString() {
            return method + " " + path + (body == null || body.isEmpty() ? "" : " " + body);
        }
    }

    /** Whether it gives back what another took: asked again when all is over. */
    boolean gives() {
        return name.endsWith("recommission") || name.equals("op-resume");
    }

    /** What is written here and unknown to the server is skipped and counted, so a verb may be here before it is there. */
    static List<Verb> all() {
        return List.of(
                new Verb("disk-decommission", s -> s.unlessMany("/v1/disks", d -> !isNormal(d), Verb::isNormal)
                        .map(d -> disk(d, "/v1/disks/decommission"))),
                new Verb("disk-recommission", s -> s.any("/v1/disks", Verb::isOut)
                        .map(d -> disk(d, "/v1/disks/recommission"))),
                new Verb("disk-rm", Verb::removeDisk),
                new Verb(
                        "node-decommission", s -> s.unlessMany("/v1/nodes", n -> drain(n).matches("Drain.*"), n -> true)
                                .map(n -> node(n, "/v1/nodes/decommission"))),
                new Verb("node-recommission", s -> s.any("/v1/nodes", n -> drain(n).equals("Drained"))
                        .map(n -> node(n, "/v1/nodes/recommission"))),
                new Verb("node-rm", s -> s.any("/v1/nodes", n -> true)
                        .map(n -> new Request(
                                "DELETE", "/v1/nodes/" + n.path("node").asText(), null))),
                new Verb("partition-decommission", s -> partition(s, false)),
                new Verb("partition-decommission-to", s -> partition(s, true)),
                new Verb("op-cancel", s -> op(s, "cancel", Verb::isOpen, Map.of())),
                new Verb("op-pause", s -> op(s, "pause", o -> isOpen(o) && !isPaused(o), Map.of())),
                new Verb("op-pause-now", s -> op(s, "pause", o -> isOpen(o) && !isPaused(o), Map.of("now", true))),
                new Verb("op-resume", s -> op(s, "resume", Verb::isPaused, Map.of())),
                new Verb("op-acknowledge", s -> op(s, "acknowledge", o -> !isOpen(o), Map.of())),
                new Verb("cluster-set", Verb::settings));
    }

    private static Request disk(JsonNode disk, String path) {
        return new Request(
                "POST",
                path,
                Map.of(
                        "node",
                        disk.path("node").asText(),
                        "path",
                        disk.path("path").asText()));
    }

    /** One that works and is in use is refused. */
    private static Optional<Request> removeDisk(Sight sight) {
        return sight.any("/v1/disks", d -> true)
                .map(d -> new Request(
                        "DELETE",
                        "/v1/disks?node=" + d.path("node").asText() + "&path="
                                + URLEncoder.encode(d.path("path").asText(), StandardCharsets.UTF_8),
                        null));
    }

    private static Request node(JsonNode node, String path) {
        return new Request("POST", path, Map.of("node", node.path("node").asText()));
    }

    private static Optional<Request> partition(Sight sight, boolean to) {
        Optional<JsonNode> node = sight.any("/v1/nodes", n -> true);
        return sight.any("/v1/partitions", p -> !p.path("members").isEmpty()).map(p -> {
            JsonNode member =
                    p.path("members").get(sight.random.nextInt(p.path("members").size()));
            Map<String, Object> body = new HashMap<>();
            body.put("partition", p.path("id").asText());
            body.put(
                    "from",
                    member.path("node").asText() + ":" + member.path("disk").asText());
            node.filter(n -> to).ifPresent(n -> body.put("to", n.path("node").asText()));
            return new Request("POST", "/v1/partitions/decommission", body);
        });
    }

    private static Optional<Request> op(Sight sight, String verb, Predicate<JsonNode> good, Map<String, Object> body) {
        return sight.any("/v1/ops", good)
                .map(o -> new Request("POST", "/v1/ops/" + o.path("id").asText() + "/" + verb, body));
    }

    private static Optional<Request> settings(Sight sight) {
        String what = Arena.oneOf(
                sight.random, List.of("DecommissionDpLimit", "DecommissionDiskLimit", "IncomingCopiesPerDisk"));
        return Optional.of(
                new Request("PATCH", "/v1/settings", Map.of(what, "" + (1 + sight.random.nextInt(MOST_TOKENS)))));
    }

    private static String drain(JsonNode node) {
        return node.path("drain").asText();
    }

    private static boolean isNormal(JsonNode disk) {
        return disk.path("status").asText().equals("Normal");
    }

    private static boolean isOut(JsonNode disk) {
        return disk.path("status").asText().matches("Decommissioned|Removed");
    }

    private static boolean isOpen(JsonNode op) {
        return op.path("endedAt").asText("").isEmpty();
    }

    private static boolean isPaused(JsonNode op) {
        return op.path("status").asText().equals("Paused");
    }
}
