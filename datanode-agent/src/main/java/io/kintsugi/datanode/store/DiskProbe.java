package io.kintsugi.datanode.store;

import java.nio.file.Path;
import java.util.Arrays;

/** The same small piece of work on every disk: what refuses it can't be used, and what takes long for it is slow. */
public final class DiskProbe {
    static final String WRONG = "doesn't return what was written to it";
    private static final byte[] CONTENT = {'k', 'i', 'n', 't', 's', 'u', 'g', 'i'};

    private DiskProbe() {}

    /** Writes a file, synced, reads it and removes it. @throws StorageException when the disk refuses, or returns something else */
    public static void run(DiskFiles files, Path root) {
        Path file = root.resolve("probe");
        files.write(file, CONTENT);
        byte[] found = files.read(file).orElse(null);
        if (!Arrays.equals(found, CONTENT)) {
            throw new StorageException(StorageException.Kind.DISK, "probing " + root + " failed: it " + WRONG);
        }
        files.deleteTree(file);
    }
}
