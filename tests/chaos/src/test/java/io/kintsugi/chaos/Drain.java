package io.kintsugi.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** What an operator drains: a datanode, a disk, or a partition's replica. */
abstract class Drain {
    final ClusterUnderLoad load;
    /** The datanode that has it. */
    final String node;

    private Drain(ClusterUnderLoad load, String node) {
        this.load = load;
        this.node = node;
    }

    /** Begins it. @return the op's id */
    abstract long begin();

    /** Nothing is left where it was, nothing of the drain goes on. */
    abstract void assertDone(JsonNode op);

    /** It may be used again. */
    abstract void giveBack();

    /** Whether this replica is among what is drained. */
    abstract boolean concerns(JsonNode partition, JsonNode member);

    static Drain ofDisk(ClusterUnderLoad load, JsonNode disk) {
        return new Drain(load, disk.path("node").asText()) {
            @Override
            long begin() {
                return load.decommission(disk);
            }

            @Override
            void assertDone(JsonNode op) {
                load.assertDrained(disk, op);
            }

            @Override
            void giveBack() {
                load.recommission(disk);
            }

            @Override
            boolean concerns(JsonNode partition, JsonNode member) {
                return member.path("node").equals(disk.path("node"))
                        && member.path("disk").equals(disk.path("path"));
            }
        };
    }

    static Drain ofNode(ClusterUnderLoad load, String name) {
        return new Drain(load, name) {
            @Override
            long begin() {
                return load.admin
                        .post("/v1/nodes/decommission", Map.of("node", node))
                        .path("id")
                        .asLong();
            }

            @Override
            void assertDone(JsonNode op) {
                assertThat(op.path("status").asText()).as("op %s", op).isEqualTo("Success");
                for (JsonNode row : load.admin.get("/v1/nodes")) {
                    if (row.path("node").asText().equals(node)) {
                        assertThat(row.path("drain").asText()).as("%s", row).isEqualTo("Drained");
                        assertThat(row.path("replicas").asInt()).as("%s", row).isZero();
                    }
                }
                load.assertNothingUnderWay();
            }

            @Override
            void giveBack() {
                load.admin.post("/v1/nodes/recommission", Map.of("node", node));
            }

            @Override
            boolean concerns(JsonNode partition, JsonNode member) {
                return member.path("node").asText().equals(node);
            }
        };
    }

    /** The primary of a partition of this table. */
    static Drain ofPartition(ClusterUnderLoad load, String table) {
        JsonNode partition = load.admin.get("/v1/partitions?table=" + table).get(0);
        String from = partition.path("primary").asText();
        String id = partition.path("id").asText();
        long replica = replicaAt(partition, from);
        return new Drain(load, from.substring(0, from.indexOf(':'))) {
            @Override
            long begin() {
                return load.admin
                        .post("/v1/partitions/decommission", Map.of("partition", id, "from", from))
                        .path("id")
                        .asLong();
            }

            @Override
            void assertDone(JsonNode op) {
                assertThat(op.path("status").asText()).as("op %s", op).isEqualTo("Success");
                for (JsonNode m : load.admin.get("/v1/partitions/" + id).path("members")) {
                    assertThat(m.path("replica").asLong())
                            .as("members of partition %s", id)
                            .isNotEqualTo(replica);
                }
                load.assertNothingUnderWay();
            }

            @Override
            void giveBack() {}

            @Override
            boolean concerns(JsonNode partition, JsonNode member) {
                return partition.path("id").asText().equals(id)
                        && member.path("replica").asLong() == replica;
            }
        };
    }

    private static long replicaAt(JsonNode partition, String place) {
        for (JsonNode m : partition.path("members")) {
            if (place.equals(m.path("node").asText() + ":" + m.path("disk").asText())) {
                return m.path("replica").asLong();
            }
        }
        throw new AssertionError("no replica at " + place + ": " + partition);
    }
}
