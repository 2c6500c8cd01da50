package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;

/** A disk is drained under load, and the leading master is killed while it stands at a failpoint; the next leader finishes the drain. */
final class DrainScenario {
    private final ClusterUnderLoad load;

    DrainScenario(ClusterUnderLoad load) {
        this.load = load;
    }

    void leaderKilledAt(String failpoint) {
        load.awaitAllInSync();
        JsonNode disk = load.aDiskInUse();
        String leader = load.awaitLeader();
        AdminClient.failpoint(load.cluster.http(leader), failpoint, "pause");
        long op;
        JsonNode ended;
        try (RedundancyWatch watch = new RedundancyWatch(load.admin, ClusterUnderLoad.TABLE)) {
            op = load.decommission(disk);
            await().atMost(Duration.ofMinutes(1)).until(() -> hits(load.cluster.http(leader), failpoint) > 0);
            load.cluster.kill(leader);
            load.awaitNextLeader(leader);
            ended = load.awaitEnd(op);
            load.cluster.startAgain(leader);
            assertThat(watch.looks()).isPositive();
            assertThat(watch.least())
                    .as("in-sync replicas at the worst look: %s", watch.leastAsShown())
                    .isGreaterThanOrEqualTo(3);
        }
        load.assertDrained(disk, ended);
        load.assertNothingLost();
        load.recommission(disk);
        await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(() -> load.mastersAlive() == 3);
    }

    private static int hits(String address, String failpoint) {
        try {
            JsonNode points = AdminClient.getFrom(address, "/v1/debug/failpoints");
            for (JsonNode p : points.isArray() ? points : points.path("failpoints")) {
                if (p.path("name").asText().equals(failpoint)) {
                    return p.path("hits").asInt();
                }
            }
            return points.path(failpoint).path("hits").asInt();
        } catch (IOException e) {
            return 0;
        }
    }
}
