package io.kintsugi.datanode.copy;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.EntryId;
import java.util.List;

/**
 * A checkpoint on offer, as who downloads it is told.
 *
 * @param id names it at its source
 * @param last entry that it holds
 * @param config that the source has stored
 */
public record Offer(String id, EntryId last, Config config, List<File> files) {
    /**
     * One file of it.
     *
     * @param size in bytes
     * @param content of a small file, which needs no request of its own; null for others
     * @param crc32c of the content; 0 without one
     */
    public record File(String name, long size, byte[] content, int crc32c) {}

    /** Of all files. */
    long bytes() {
        return files.stream().mapToLong(File::size).sum();
    }
}
