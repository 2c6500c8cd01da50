package io.kintsugi.chaos.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.client.KintsugiClient;
import io.kintsugi.client.Table;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A table of one partition, whose values say in which age they were written, and the three datanodes that have it. */
final class Forced implements AutoCloseable {
    private static final String NAME = "forced";
    private static final int KEYS = 20;
    private final Site site;
    private final KintsugiClient client;
    private final Table table;

    Forced(Site site) {
        this.site = site;
        site.admin.post("/v1/tables", Map.of("name", NAME, "partitions", 1, "replicas", 3));
        client = site.cluster.client();
        table = client.table(NAME);
        Site.until(
                "the table has all its copies", () -> partition().path("inSync").size() == 3);
    }

    /** The first half of the keys, or all of them. */
    void write(String age, boolean all) {
        for (int k = 0; k < (all ? KEYS : KEYS / 2); k++) {
            table.put(bytes("key-" + k), bytes(age));
        }
    }

    /** What the key was last written in, of those that {@link #write} writes always, or of the others. */
    String age(boolean always) {
        int key = always ? 0 : KEYS - 1;
        return table.get(bytes("key-" + key))
                .map(v -> new String(v, StandardCharsets.UTF_8))
                .orElse("none");
    }

    JsonNode partition() {
        return site.admin.get("/v1/partitions?table=" + NAME).get(0);
    }

    /** Datanodes that have it, the primary's last. */
    List<String> nodes() {
        JsonNode now = partition();
        String primary = now.path("primary").asText();
        return Site.stream(now.path("members"))
                .sorted((a, b) -> Boolean.compare(
                        Site.place(a).equals(primary), Site.place(b).equals(primary)))
                .map(m -> m.path("node").asText())
                .toList();
    }

    long replicaOn(String node) {
        return Site.stream(partition().path("members"))
                .filter(m -> m.path("node").asText().equals(node))
                .findFirst()
                .orElseThrow()
                .path("replica")
                .asLong();
    }

    /** Among those of the present configuration. */
    boolean inSyncOn(String node) {
        return Site.stream(partition().path("inSync"))
                .anyMatch(place -> place.asText().startsWith(node + ":"));
    }

    boolean isServed() {
        String primary = partition().path("primary").asText("");
        return !primary.isEmpty() && !primary.equals("null");
    }

    JsonNode recover(boolean dryRun) {
        return site.admin.post(
                "/v1/partitions/recover",
                dryRun ? Map.of("partition", NAME + ".0", "dryRun", true) : Map.of("partition", NAME + ".0"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.close();
        site.admin.delete("/v1/tables/" + NAME);
    }
}
