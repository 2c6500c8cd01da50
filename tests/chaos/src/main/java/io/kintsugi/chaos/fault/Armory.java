package io.kintsugi.chaos.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.kintsugi.chaos.AdminClient;
import io.kintsugi.chaos.ProcessCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Failpoints of a cluster's processes: which there are, where they are armed, who stands there. */
public final class Armory {
    private static final int NOT_FOUND = 404;
    /** One that is frozen or cut off is passed over too. */
    private static final Duration ANSWER = Duration.ofSeconds(3);

    private final ProcessCluster cluster;

    public Armory(ProcessCluster cluster) {
        this.cluster = cluster;
    }

    /** Names of all points that an instance has. */
    public List<String> names(String instance) {
        List<String> names = new ArrayList<>();
        points(instance).fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Whoever comes by there waits, in these instances; one that doesn't run is passed over. */
    public void pause(String failpoint, List<String> instances) {
        set(failpoint, "pause", instances);
    }

    /** Nobody waits there any more. */
    public void off(String failpoint, List<String> instances) {
        set(failpoint, "off", instances);
    }

    /** The first of these instances that stands there. */
    public Optional<String> standing(String failpoint, List<String> instances) {
        return instances.stream()
                .filter(instance ->
                        points(instance).path(failpoint).path("paused").asInt() > 0)
                .findFirst();
    }

    private void set(String failpoint, String action, List<String> instances) {
        for (String instance : instances) {
            try {
                AdminClient.failpoint(cluster.http(instance), failpoint, action, ANSWER);
            } catch (IOException e) {
                continue; // it doesn't run, or doesn't hear
            } catch (AdminClient.Refused e) {
                if (e.status() != NOT_FOUND) {
                    throw e;
                }
                // it listens, but is still starting: nothing is armed in it
            }
        }
    }

    private JsonNode points(String instance) {
        try {
            return AdminClient.getFrom(cluster.http(instance), "/v1/debug/failpoints", ANSWER);
        } catch (IOException | AdminClient.Refused e) {
            return MissingNode.getInstance();
        }
    }
}
