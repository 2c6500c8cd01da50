package io.kintsugi.datanode.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * A machine's files as far as the agent keeps something beside its stores, as a port: {@link #local()} is the real thing. What survives a
 * crash is what each method says and no more. Every failure is a {@link StorageException}.
 */
public interface DiskFiles {
    /** Room of the file system below a directory, in bytes. @param shared with directories beside this one: it isn't a mount of its own */
    record Space(long free, long total, boolean shared) {}

    /** A file that is being written, from its beginning to its end. */
    interface Output extends AutoCloseable {
        void write(ByteBuffer bytes);

        /** What was written so far survives a crash once this returns; its name does once {@link #syncDirectory} was called. */
        void sync();

        @Override
        void close();
    }

    /** The files of this machine. */
    static DiskFiles local() {
        return LocalFiles.INSTANCE;
    }

    /** Replaces the file's content; it is the old or the new one after a crash, and the new one once this returns. */
    void write(Path file, byte[] content);

    /** The content that {@link #write} left, or empty when there is no such file; damage is a REPLICA failure. */
    Optional<byte[]> read(Path file);

    /** Begins a file that there mustn't be yet. */
    Output create(Path file);

    /** The content of any file, in pieces; each is gone when the next one comes. */
    void scan(Path file, Consumer<ByteBuffer> piece);

    /** The files in a directory, by name, and how many bytes they have. */
    SortedMap<String, Long> sizes(Path directory);

    boolean exists(Path path);

    /** Whether it is a directory, with nothing in it. */
    boolean isEmpty(Path path);

    /** Directories in this one; none when it isn't there. In order of their names. */
    List<Path> directories(Path directory);

    /** In one that there must be; it must not be there itself. */
    void createDirectory(Path directory);

    /** With those above it. Their names are durable once {@link #syncDirectory} was called for the directories that they are in. */
    void createDirectories(Path directory);

    /** Renames on one disk, replacing a file (not a directory) of that name; durable when this returns. */
    void move(Path from, Path to);

    /** Makes the names in a directory durable. */
    void syncDirectory(Path directory);

    /** Removes a file, or a directory with all that is in it; one that doesn't exist is fine. Not durable when this returns. */
    void deleteTree(Path root);

    Space space(Path directory);
}
