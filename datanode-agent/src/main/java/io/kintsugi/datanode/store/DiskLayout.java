package io.kintsugi.datanode.store;

import java.nio.file.Path;

/**
 * Names on a disk: {@code disk} (its identity), {@code log/}, {@code replicas/<partition>-<replica>/} with {@code data/}, {@code
 * manifest} and {@code incoming-N/}, {@code copies/} (checkpoints offered to others), {@code backup/} and {@code trash/} (on its way out).
 */
public record DiskLayout(Path root) {
    /** Begins the names of directories in a replica's own that checkpoints are downloaded to. */
    public static final String INCOMING = "incoming-";

    public Path identity() {
        return root.resolve("disk");
    }

    public Path log() {
        return root.resolve("log");
    }

    public Path replicas() {
        return root.resolve("replicas");
    }

    public Path replica(int partition, long replica) {
        return replicas().resolve(partition + "-" + replica);
    }

    public Path data(int partition, long replica) {
        return replica(partition, replica).resolve("data");
    }

    public Path copies() {
        return root.resolve("copies");
    }

    public Path backup() {
        return root.resolve("backup");
    }

    public Path trash() {
        return root.resolve("trash");
    }
}
