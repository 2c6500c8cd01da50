package io.kintsugi.datanode.inspect;

import io.kintsugi.common.wire.Fields;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.store.DiskFiles;
import io.kintsugi.datanode.store.DiskLayout;
import io.kintsugi.datanode.store.LogHeader;
import io.kintsugi.datanode.store.LogStore;
import io.kintsugi.datanode.store.Manifest;
import io.kintsugi.datanode.store.ReplicaStore;
import io.kintsugi.datanode.store.RocksEnvironment;
import io.kintsugi.datanode.store.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What lies on a disk. Stores are opened read-only: nothing on the disk is changed, also where a start would mend or remove something.
 *
 * @param uuid "" when the disk has no identity
 * @param backups directories that were put aside
 * @param problems of the disk as a whole
 */
public record DiskInspection(
        Path root, String uuid, List<ReplicaInspection> replicas, List<Path> backups, List<String> problems) {
    private static final DiskFiles FILES = DiskFiles.local();

    /** Problems are part of what it returns. */
    public static DiskInspection of(RocksEnvironment rocks, Path root) {
        DiskLayout layout = new DiskLayout(root);
        List<String> problems = new ArrayList<>();
        String uuid = attempt(problems, "", () -> FILES.read(layout.identity())
                .map(bytes -> Fields.parse(bytes).text(1))
                .orElse(""));
        if (uuid.isEmpty()) {
            problems.add("NO_DISK: " + root + " has no identity: it was never formatted, or lost it");
        }
        List<ReplicaInspection> replicas = List.of();
        if (rocks.exists(layout.log())) {
            replicas = attempt(problems, List.of(), () -> replicas(rocks, layout, uuid, problems));
        } else {
            problems.add("DISK_LOST_LOG: there is no log at " + layout.log());
        }
        return new DiskInspection(
                root, uuid, replicas, attempt(problems, List.of(), () -> FILES.directories(layout.backup())), problems);
    }

    /** Whether the disk and all its replicas are as they should be. */
    public boolean well() {
        return problems.isEmpty()
                && replicas.stream().allMatch(r -> r.problems().isEmpty());
    }

    private static List<ReplicaInspection> replicas(
            RocksEnvironment rocks, DiskLayout layout, String uuid, List<String> problems) {
        try (LogStore log = rocks.readLog(layout.log())) {
            if (!log.diskUuid().equals(uuid)) {
                problems.add("DISK_LOST_LOG: the log was made for disk " + log.diskUuid());
            }
            List<ReplicaInspection> all = new ArrayList<>();
            Map<Long, LogHeader> headers = log.headers();
            headers.forEach((replica, header) -> all.add(replica(rocks, layout, uuid, log, replica, header)));
            return all;
        }
    }

    private static ReplicaInspection replica(
            RocksEnvironment rocks, DiskLayout layout, String uuid, LogStore log, long replica, LogHeader header) {
        List<String> problems = new ArrayList<>();
        Path directory = layout.replica(header.partition(), replica);
        EntryId base = header.base();
        EntryId last = attempt(problems, base, () -> log.last(replica).orElse(base));
        long logBytes = attempt(problems, 0L, () -> log.approximateBytes(replica));
        if (header.deleted()) {
            return new ReplicaInspection(
                    replica, header.partition(), true, Optional.empty(), null, base, last, EntryId.NONE, 0, problems);
        }
        Optional<Manifest> manifest =
                attempt(problems, Optional.<Manifest>empty(), () -> Manifest.read(FILES, directory));
        EntryId applied = applied(rocks, layout.data(header.partition(), replica), problems);
        if (manifest.isEmpty()
                || manifest.get().replica() != replica
                || !manifest.get().diskUuid().equals(uuid)) {
            problems.add(
                    "REPLICA_FILES_GONE: " + directory + " has no manifest of replica " + replica + " on this disk");
        }
        if (applied.index() < base.index()) {
            problems.add("REPLICA_DATA_OLD: the data ends at " + applied.index() + ", the log begins behind "
                    + base.index());
        }
        if (!header.installing().isEmpty()) {
            problems.add(
                    "INSTALLING: the copy in " + header.installing() + " takes the data's place at the next start");
        }
        return new ReplicaInspection(
                replica, header.partition(), false, manifest, header.config(), base, last, applied, logBytes, problems);
    }

    private static EntryId applied(RocksEnvironment rocks, Path data, List<String> problems) {
        if (!rocks.exists(data)) {
            problems.add("REPLICA_FILES_GONE: there is no data at " + data);
            return EntryId.NONE;
        }
        return attempt(problems, EntryId.NONE, () -> ReplicaStore.lastOf(rocks, data));
    }

    private static <T> T attempt(List<String> problems, T otherwise, Supplier<T> look) {
        try {
            return look.get();
        } catch (StorageException e) {
            problems.add(e.kind() + ": " + e.getMessage());
            return otherwise;
        }
    }
}
