package io.kintsugi.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What goes on beside a drain, so that it comes by failpoints that an undisturbed one never sees. From the plainest on. */
enum Circumstance {
    PLAIN {
        @Override
        Runnable begin(ClusterUnderLoad load, Drain drain) {
            return () -> {};
        }
    },

    /** The datanode that a copy goes to dies in mid-copy, and returns when the drain has gone elsewhere. */
    DESTINATION_DIES {
        @Override
        void prepare(ClusterUnderLoad load) {
            load.armory.pause(MID_COPY, load.cluster.datanodes());
        }

        @Override
        Runnable begin(ClusterUnderLoad load, Drain drain) {
            String destination = load.awaitDestination();
            load.cluster.kill(destination);
            load.armory.off(MID_COPY, load.cluster.datanodes());
            return () -> load.cluster.startAgain(destination);
        }
    },

    /** A disk is wiped elsewhere: its replicas have to be replaced. */
    DISK_WIPED {
        @Override
        boolean destroys() {
            return true;
        }

        @Override
        Runnable begin(ClusterUnderLoad load, Drain drain) {
            JsonNode other = load.aDiskInUse(d -> !d.path("node").asText().equals(drain.node) && !load.hasSingles(d));
            String node = other.path("node").asText();
            load.cluster.kill(node);
            load.cluster.wipe(Path.of(other.path("path").asText()));
            load.cluster.startAgain(node);
            return () -> {};
        }
    },

    /** A table that needs every datanode has nowhere to go; when it is dropped the drain goes on. */
    NO_DESTINATION {
        @Override
        void prepare(ClusterUnderLoad load) {
            load.admin.post(
                    "/v1/tables",
                    Map.of(
                            "name",
                            WIDE,
                            "partitions",
                            1,
                            "replicas",
                            load.cluster.datanodes().size()));
            load.awaitAllInSync();
        }

        @Override
        Runnable begin(ClusterUnderLoad load, Drain drain) {
            return () -> load.admin.delete("/v1/tables/" + WIDE);
        }
    };

    private static final String MID_COPY = "datanode.seed.before-install";
    private static final String WIDE = "wide";

    /** All of them, beginning with the one that most probably leads to this failpoint. */
    static List<Circumstance> leadingTo(String failpoint) {
        Circumstance first = PLAIN;
        if (failpoint.matches(".*(abandon|take-back|readmit|note)")) {
            first = DESTINATION_DIES;
        } else if (failpoint.endsWith("replace")) {
            first = DISK_WIPED;
        } else if (failpoint.endsWith("waits")) {
            first = NO_DESTINATION;
        }
        Set<Circumstance> all = new LinkedHashSet<>(List.of(first));
        all.addAll(List.of(values()));
        return List.copyOf(all);
    }

    /** Before the drain begins. */
    void prepare(ClusterUnderLoad load) {}

    /** Whether it destroys data: no single replica may be about to move there. */
    boolean destroys() {
        return false;
    }

    /** While the drain runs. @return what ends it, at the latest when the drain is to end */
    abstract Runnable begin(ClusterUnderLoad load, Drain drain);
}
