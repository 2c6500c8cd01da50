package io.kintsugi.datanode.store;

import java.nio.file.Path;

/**
 * Names on a disk: {@code disk} (its identity), {@code log/}, {@code replicas/<partition>-<replica>/} with {@code data/} and {@code
 * manifest}, {@code copies/} (checkpoints offered to others), {@code backup/} and {@code trash/} (on its way out).
 */
public record DiskLayout(Path root) {
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

    /** Where a replica's next checkpoint is downloaded to. */
    public Path incoming(int partition, long replica) {
        return replica(partition, replica).resolve("incoming");
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
