package io.kintsugi.chaos.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One thing that an operator may ask for at any moment.
 *
 * @param name as it is counted
 * @param request drawn from what there is now; empty when there is nothing that it could be asked of
 */
record Verb(String name, Function<Arena, Optional<Request>> request) {
    /** @param body null for none */
    record Request(String path, Map<String, Object> body) {}

    /** Whether it gives back what another took: asked again when all is over. */
    boolean gives() {
        return name.endsWith("recommission") || name.equals("op-resume");
    }

    /** What is written here and unknown to the server is skipped and counted, so a verb may be here before it is there. */
    static List<Verb> all() {
        return List.of(
                new Verb("disk-decommission", a -> disk(a, "Normal", "/v1/disks/decommission")),
                new Verb("disk-recommission", a -> disk(a, "Decommissioned", "/v1/disks/recommission")),
                new Verb("node-decommission", a -> node(a, "/v1/nodes/decommission")),
                new Verb("node-recommission", a -> node(a, "/v1/nodes/recommission")),
                new Verb("partition-decommission", Verb::partition),
                new Verb("op-cancel", a -> op(a, "cancel", status -> true)),
                new Verb("op-pause", a -> op(a, "pause", status -> !status.equals("Paused"))),
                new Verb("op-resume", a -> op(a, "resume", status -> status.equals("Paused"))));
    }

    private static Optional<Request> disk(Arena arena, String status, String path) {
        return any(arena, "/v1/disks", d -> d.path("status").asText().equals(status))
                .map(d -> new Request(
                        path,
                        Map.of(
                                "node",
                                d.path("node").asText(),
                                "path",
                                d.path("path").asText())));
    }

    private static Optional<Request> node(Arena arena, String path) {
        return any(arena, "/v1/nodes", n -> true)
                .map(n -> new Request(path, Map.of("node", n.path("node").asText())));
    }

    private static Optional<Request> partition(Arena arena) {
        return any(arena, "/v1/partitions", p -> !p.path("members").isEmpty()).map(p -> {
            JsonNode member =
                    p.path("members").get(arena.random.nextInt(p.path("members").size()));
            String from =
                    member.path("node").asText() + ":" + member.path("disk").asText();
            return new Request(
                    "/v1/partitions/decommission",
                    Map.of("partition", p.path("id").asText(), "from", from));
        });
    }

    private static Optional<Request> op(Arena arena, String verb, Predicate<String> status) {
        return any(
                        arena,
                        "/v1/ops",
                        o -> o.path("endedAt").asText("").isEmpty()
                                && status.test(o.path("status").asText()))
                .map(o -> new Request("/v1/ops/" + o.path("id").asText() + "/" + verb, Map.of()));
    }

    private static Optional<JsonNode> any(Arena arena, String path, Predicate<JsonNode> good) {
        List<JsonNode> found = new ArrayList<>();
        arena.admin.get(path).forEach(each -> {
            if (good.test(each)) {
                found.add(each);
            }
        });
        return found.isEmpty() ? Optional.empty() : Optional.of(arena.oneOf(found));
    }
}
