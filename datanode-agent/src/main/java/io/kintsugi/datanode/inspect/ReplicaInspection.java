package io.kintsugi.datanode.inspect;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.store.Manifest;
import java.util.List;
import java.util.Optional;

/**
 * What a disk holds of one replica.
 *
 * @param deleted it was here once: its id is never used again
 * @param manifest what lies beside the data; follows {@code config} a moment later
 * @param config stored in the log's header: what counts; null of a deleted one
 * @param base the entry just before the first one that the log keeps
 * @param last the end of the log: its last entry, or {@code base} when it keeps none
 * @param applied the last entry whose effect is in the data and survives a crash
 * @param logBytes roughly
 * @param problems why it couldn't be opened as it is, or wouldn't be in-sync without being looked at
 */
public record ReplicaInspection(
        long replica,
        int partition,
        boolean deleted,
        Optional<Manifest> manifest,
        Config config,
        EntryId base,
        EntryId last,
        EntryId applied,
        long logBytes,
        List<String> problems) {}
