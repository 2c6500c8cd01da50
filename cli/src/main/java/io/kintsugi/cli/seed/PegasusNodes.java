package io.kintsugi.cli.seed;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.output.Sections;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** {@code nodes}: datanodes as Pegasus lists its replica servers, in order of addresses. */
public final class PegasusNodes {
    /** What {@code -s} takes. Pegasus' own word for those that aren't alive is {@code unalive}. */
    public static final List<String> STATES = List.of("all", "alive", "dead", "unalive", "unknown");

    private static final String ALIVE = "ALIVE";
    private static final String DEAD = "DEAD";
    /** A new leader hasn't heard of it yet, and can't say. */
    private static final String UNKNOWN = "UNKNOWN";

    private PegasusNodes() {}

    /**
     * @param nodes as {@code /v1/nodes} has them
     * @param wanted one of {@link #STATES}
     * @param detailed with how many replicas each has by the metadata, so that it is the same before and after a recovery
     */
    public static Sections of(JsonNode nodes, String wanted, boolean detailed) {
        List<List<String>> rows = new ArrayList<>();
        int alive = 0;
        int total = 0;
        for (JsonNode node : nodes) {
            String state = state(node);
            if (!wanted(state, wanted)) {
                continue;
            }
            total++;
            alive += state.equals(ALIVE) ? 1 : 0;
            List<String> row = new ArrayList<>(List.of(node.path("address").asText(), state));
            if (detailed) {
                long replicas = node.path("replicas").asLong();
                long primaries = node.path("primaries").asLong();
                row.addAll(List.of("" + replicas, "" + primaries, "" + (replicas - primaries)));
            }
            rows.add(row);
        }
        rows.sort(Comparator.comparing(List::getFirst));
        List<String> columns = new ArrayList<>(List.of("address", "status"));
        if (detailed) {
            columns.addAll(List.of("replica_count", "primary_count", "secondary_count"));
        }
        return new Sections()
                .table("details", columns, rows)
                .values(
                        "summary",
                        List.of(
                                "total_node_count", "" + total,
                                "alive_node_count", "" + alive,
                                "unalive_node_count", "" + (total - alive)));
    }

    private static String state(JsonNode node) {
        if (node.path("alive").asBoolean()) {
            return ALIVE;
        }
        return node.path("status").asText().equals("Unknown") ? UNKNOWN : DEAD;
    }

    private static boolean wanted(String state, String wanted) {
        return switch (wanted) {
            case "all" -> true;
            case "unalive" -> !state.equals(ALIVE);
            default -> state.equalsIgnoreCase(wanted);
        };
    }
}
