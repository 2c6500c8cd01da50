package io.kintsugi.chaos.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.AdminClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;

/**
 * A partition loses all its in-sync replicas, and goes on by an operator's word with the one that had left before: the op names what may be
 * lost, and what the others have is kept as backups. One of these is restored when the survivor is gone too, and serves what it has. The rest
 * are removed, by hand and by their time.
 */
record LossOfMajority() implements Flow {
    /** A backup that isn't wanted any more lives so long. */
    private static final String SOON = "1000";

    @Override
    public int takes() {
        return 3;
    }

    @Override
    public List<String> tells() {
        return List.of("op/OP_CREATED", "op/OP_SUCCESS", "partition/PRIMARY_NONE", "partition/PRIMARY_CHANGED");
    }

    @Override
    public void run(Site site) {
        site.load.patience(Duration.ofSeconds(1));
        site.set("AutoDpMetaRepairMode", "off");
        try (Forced forced = new Forced(site)) {
            List<String> nodes = forced.nodes();
            try {
                forcedToGoOn(site, forced, nodes);
                restored(site, forced, nodes);
                gone(site, nodes);
            } finally {
                site.startThoseThatDied(nodes);
                site.set("AutoDpMetaRepairMode", "on");
                releaseBrake(site);
            }
            Site.until(
                    "the table has all its copies",
                    () -> forced.partition().path("inSync").size() == 3);
        }
    }

    private static void forcedToGoOn(Site site, Forced forced, List<String> nodes) {
        String survivor = nodes.get(0);
        forced.write("first", true);
        site.cluster.kill(survivor);
        Site.until(survivor + " has left the in-sync set", () -> !forced.inSyncOn(survivor) && forced.isServed());
        forced.write("second", false);
        long replica = forced.replicaOn(survivor);
        site.cluster.kill(nodes.get(1), nodes.get(2));
        site.awaitAlive(nodes.get(1), false);
        site.awaitAlive(nodes.get(2), false);
        site.cluster.startAgain(survivor);
        site.awaitAlive(survivor, true);
        Site.until(
                "the survivor has reported",
                () -> forced.recover(true).path("survivor").toString().contains(survivor));
        JsonNode plan = forced.recover(true);
        assertThat(plan.path("outcome").asText()).as("%s", plan).isEqualTo("Chooses");
        assertThat(plan.path("unreached").toString()).contains(nodes.get(1), nodes.get(2));
        JsonNode op = site.load.awaitEnd(forced.recover(false).path("id").asLong());
        assertThat(op.path("status").asText()).as("%s", op).isEqualTo("Success");
        assertThat(op.path("message").asText())
                .as("what may be lost is named: %s", op)
                .contains("may be lost");
        assertThat(Site.has(forced.partition(), replica)).isTrue();
        // what was written while the survivor was away is gone, and nothing else
        assertThat(List.of(forced.age(true), forced.age(false))).isEqualTo(List.of("first", "first"));
        forced.write("third", true);
    }

    /** Whoever had the lost writes is back, and its replica a backup; then the survivor dies. */
    private static void restored(Site site, Forced forced, List<String> nodes) {
        String back = nodes.get(1);
        site.cluster.startAgain(back);
        Site.until(
                back + " keeps its replica as a backup",
                () -> backups(site, back).size() == 1);
        long backup = backups(site, back).get(0).path("replica").asLong();
        String restore = "/v1/nodes/" + back + "/backups/" + backup + "/restore";
        Assertions.assertThatExceptionOfType(AdminClient.Refused.class)
                .isThrownBy(() -> site.admin.post(restore, Map.of()))
                .satisfies(e -> assertThat(e.reason()).isEqualTo("PARTITION_SERVES"));
        site.cluster.kill(nodes.get(0));
        site.awaitAlive(nodes.get(0), false);
        Site.until("it isn't served", () -> {
            site.admin.post(restore, Map.of());
            return true;
        });
        Site.until(
                "the restored replica can go on",
                () -> forced.recover(true).path("survivor").toString().contains(back));
        JsonNode op = site.load.awaitEnd(forced.recover(false).path("id").asLong());
        assertThat(op.path("status").asText()).as("%s", op).isEqualTo("Success");
        assertThat(List.of(forced.age(true), forced.age(false))).isEqualTo(List.of("second", "first"));
        forced.write("fourth", true);
    }

    private static void gone(Site site, List<String> nodes) {
        site.cluster.startAgain(nodes.get(0), nodes.get(2));
        for (String node : List.of(nodes.get(0), nodes.get(2))) {
            Site.until(
                    node + " keeps its replica as a backup",
                    () -> backups(site, node).size() == 1);
        }
        JsonNode first = backups(site, nodes.get(0)).get(0);
        site.admin.delete("/v1/nodes/" + nodes.get(0) + "/backups/"
                + first.path("replica").asText());
        assertThat(backups(site, nodes.get(0))).isEmpty();
        site.set("DpBackupTimeoutMs", SOON);
        Site.until("the other's time is over", () -> backups(site, nodes.get(2)).isEmpty());
    }

    private static JsonNode backups(Site site, String node) {
        return site.admin.get("/v1/nodes/" + node + "/backups");
    }

    /** Three of five datanodes died within minutes. */
    private static void releaseBrake(Site site) {
        Site.until("the brake is released", () -> {
            if (site.admin.get("/v1/cluster/brake").path("engaged").asBoolean()) {
                site.admin.post("/v1/cluster/brake/release", Map.of());
            }
            return true;
        });
    }
}
