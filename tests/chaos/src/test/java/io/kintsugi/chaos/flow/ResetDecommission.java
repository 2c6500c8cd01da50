package io.kintsugi.chaos.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** By the API of CubeFS a partition's decommission is begun, and reset while it copies: the partition is as it was. */
record ResetDecommission() implements Flow {
    private static final String INITIAL = "Initial";

    @Override
    public int takes() {
        return 0;
    }

    @Override
    public List<String> tells() {
        return List.of("op/OP_CREATED", "op/OP_CANCELLED");
    }

    @Override
    public void run(Site site) {
        site.set("CopyBytesPerSecond", "10000");
        JsonNode partition = site.aPartition("orders");
        String id = "id=" + partition.path("id").asText();
        List<Long> members = replicas(partition);
        String address = site.admin
                .get("/dataPartition/get?" + id)
                .path("data")
                .path("Hosts")
                .get(1)
                .asText();
        done(site.admin.get(
                "/dataPartition/decommission?" + id + "&addr=" + URLEncoder.encode(address, StandardCharsets.UTF_8)));
        Site.until("it copies", () -> status(site, id).equals("Running"));
        done(site.admin.get("/dataPartition/resetDecommissionStatus?dp" + id + "&" + id));
        Site.until("it is reset", () -> status(site, id).equals(INITIAL));
        assertThat(replicas(site.partition(partition))).isEqualTo(members);
    }

    private static String status(Site site, String id) {
        return site.admin
                .get("/dataPartition/queryDecommissionStatus?" + id)
                .path("data")
                .path("Status")
                .asText();
    }

    private static void done(JsonNode envelope) {
        assertThat(envelope.path("code").asInt(-1)).as("%s", envelope).isZero();
    }

    private static List<Long> replicas(JsonNode partition) {
        return Site.stream(partition.path("members"))
                .map(m -> m.path("replica").asLong())
                .sorted()
                .toList();
    }
}
