package io.kintsugi.chaos.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** By the API of CubeFS a partition's decommission is begun, and reset while it copies: the partition is as it was. */
record ResetDecommission() implements Flow {
    /** Its copy, which comes with the log, is never granted to be whole. */
    private static final String LAST_STEP = "master.in-sync";

    private static final String INITIAL = "Initial";
    private static final int NO_LEADER = 400;

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
        List<String> masters = site.cluster.masters();
        JsonNode partition = site.aPartition("orders");
        List<Long> members = replicas(partition);
        site.load.armory.pause(LAST_STEP, masters);
        try {
            beginAndReset(site, partition, masters);
        } finally {
            site.load.armory.off(LAST_STEP, masters);
        }
        assertThat(replicas(site.partition(partition))).isEqualTo(members);
    }

    private static void beginAndReset(Site site, JsonNode partition, List<String> masters) {
        String id = "id=" + partition.path("id").asText();
        String address = ask(site, "/dataPartition/get?" + id)
                .path("data")
                .path("Hosts")
                .get(1)
                .asText();
        JsonNode begun = ask(
                site,
                "/dataPartition/decommission?" + id + "&addr=" + URLEncoder.encode(address, StandardCharsets.UTF_8));
        // an answer may be lost with the leader that is killed beside this: what was begun is refused then
        assertThat(done(begun) || !status(site, id).equals(INITIAL))
                .as("%s", begun)
                .isTrue();
        Site.until(
                "it has copied",
                () -> site.load.armory.standing(LAST_STEP, masters).isPresent());
        JsonNode reset = ask(site, "/dataPartition/resetDecommissionStatus?dp" + id + "&" + id);
        assertThat(done(reset) || status(site, id).equals(INITIAL))
                .as("%s", reset)
                .isTrue();
        Site.until("it is reset", () -> status(site, id).equals(INITIAL));
    }

    private static String status(Site site, String id) {
        return ask(site, "/dataPartition/queryDecommissionStatus?" + id)
                .path("data")
                .path("Status")
                .asText();
    }

    /** As the original's clients do it: where nobody leads the answer is a bare 400, and is asked for again. */
    private static JsonNode ask(Site site, String path) {
        return Site.answer(path, () -> site.admin.get(path), refused -> refused.status() == NO_LEADER);
    }

    private static boolean done(JsonNode envelope) {
        return envelope.path("code").asInt(-1) == 0;
    }

    private static List<Long> replicas(JsonNode partition) {
        return Site.stream(partition.path("members"))
                .map(m -> m.path("replica").asLong())
                .sorted()
                .toList();
    }
}
