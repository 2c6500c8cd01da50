package io.kintsugi.cli.seed;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.output.Human;
import io.kintsugi.cli.output.Sections;
import java.util.ArrayList;
import java.util.List;

/** {@code cluster_info}: the masters and where the metadata is. In place of ZooKeeper's root stands the masters' group. */
public final class PegasusCluster {
    private static final String NONE = "-";

    private PegasusCluster() {}

    /** @param cluster as {@code /v1/cluster} has it */
    public static Sections of(JsonNode cluster) {
        List<String> servers = new ArrayList<>();
        List<String> stores = new ArrayList<>();
        String primary = NONE;
        for (JsonNode master : cluster.path("masters")) {
            String name = master.path("name").asText();
            servers.add(master.path("http").asText());
            stores.add(name + "=" + Human.text(master.path("dataDir")));
            if (name.equals(cluster.path("leader").asText())) {
                primary = master.path("http").asText();
            }
        }
        String id = cluster.path("clusterId").asText();
        boolean store = !id.isEmpty();
        String generation = store ? cluster.path("generation").asText() : NONE;
        return new Sections()
                .values(
                        "cluster_info",
                        List.of(
                                "meta_servers",
                                String.join(",", servers),
                                "primary_meta_server",
                                primary,
                                "metadata_root",
                                store ? "/" + id + "/" + generation : NONE,
                                "metadata_group",
                                Human.text(cluster.path("groupId")),
                                "metadata_generation",
                                generation,
                                "metadata_stores",
                                String.join(",", stores),
                                "meta_function_level",
                                store ? "lively (fixed)" : NONE,
                                "meta_state",
                                Human.text(cluster.path("state")),
                                "cluster_id",
                                store ? id : NONE));
    }
}
