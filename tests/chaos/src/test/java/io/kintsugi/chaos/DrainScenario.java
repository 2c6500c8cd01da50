package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;

/** A disk is drained under load, and the leading master is killed while it stands at a failpoint; the next leader finishes the drain. */
final class DrainScenario {
    private final ClusterUnderLoad load;
    /** The master whose failpoint is set. */
    private String armed;

    DrainScenario(ClusterUnderLoad load) {
        this.load = load;
    }

    void leaderKilledAt(String failpoint) {
        load.awaitAllInSync();
        JsonNode disk = load.aDiskInUse();
        JsonNode ended;
        try (RedundancyWatch watch = new RedundancyWatch(load.admin, ClusterUnderLoad.TABLE)) {
            arm(failpoint);
            long op = load.decommission(disk);
            await().atMost(Duration.ofMinutes(1)).until(() -> standsAt(failpoint));
            load.cluster.kill(armed);
            load.awaitNextLeader(armed);
            ended = load.awaitEnd(op);
            load.cluster.startAgain(armed);
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

    private void arm(String failpoint) {
        armed = load.awaitLeader();
        AdminClient.failpoint(load.cluster.http(armed), failpoint, "pause");
    }

    /** Whether the leader stands there. Leading may have passed to another meanwhile, as it may at any time: then that one is armed. */
    private boolean standsAt(String failpoint) {
        if (hits(load.cluster.http(armed), failpoint) > 0) {
            return true;
        }
        String leader = load.admin.leader();
        if (!leader.isEmpty() && !leader.equals(armed)) {
            AdminClient.failpoint(load.cluster.http(armed), failpoint, "off");
            arm(failpoint);
        }
        return false;
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
