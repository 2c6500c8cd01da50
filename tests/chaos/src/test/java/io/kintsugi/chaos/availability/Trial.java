package io.kintsugi.chaos.availability;

import io.kintsugi.chaos.ProcessCluster;
import io.kintsugi.chaos.RecordingWriter;
import java.util.Map;

/** A cluster of processes for one test, its tables in use throughout; ended as a whole, however far it came. */
final class Trial implements AutoCloseable {
    private static final int WRITERS = 8;
    private static final int VALUE_BYTES = 200;

    final ProcessCluster cluster;
    final Watched watched;
    final TablesUnderLoad tables;
    private RecordingWriter writer;

    /** With a table of so many partitions for each of these numbers of replicas. */
    Trial(ProcessCluster cluster, int partitions, int... replicas) {
        this.cluster = cluster;
        try {
            watched = Watched.of(cluster);
            tables = new TablesUnderLoad(cluster, partitions, replicas);
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    /** Some writers that never pause, on a table of their own with three replicas. */
    RecordingWriter underFullLoad(int keys) {
        watched.admin().post("/v1/tables", Map.of("name", "load", "partitions", 4, "replicas", 3));
        writer = new RecordingWriter(cluster.client(), "load", keys, VALUE_BYTES);
        writer.fill(WRITERS);
        writer.start(WRITERS);
        return writer;
    }

    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        }
        tables.close();
        cluster.close();
    }
}
