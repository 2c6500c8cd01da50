package io.kintsugi.chaos.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A disk with little room: a tmpfs of a given size, mounted where the datanode's disk is to be. Unmounted by closing. */
public final class SmallDisk implements AutoCloseable {
    private final Path mounted;

    private SmallDisk(Path mounted) {
        this.mounted = mounted;
    }

    /** Why there can be none: mounting needs root, or a mount namespace of one's own (then nobody else sees the mount). */
    public static Optional<String> unavailable() {
        return Namespaces.unavailable();
    }

    /** @param bytes of room for files; names cost nothing */
    public static SmallDisk mount(Path directory, long bytes) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Command.run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "kintsugi-chaos", "" + directory);
        return new SmallDisk(directory);
    }

    /** Takes all the room that is left, as a neighbour on the same disk would. */
    public void fill() {
        Path ballast = mounted.resolve("ballast");
        byte[] block = new byte[1 << 16];
        try (var out = Files.newOutputStream(ballast)) {
            while (mounted.toFile().getUsableSpace() > 0) {
                out.write(block);
            }
        } catch (IOException e) {
            if (mounted.toFile().getUsableSpace() > block.length) {
                throw new UncheckedIOException(e); // else it is full, as it should be
            }
        }
    }

    /** Gives the room back that {@link #fill} took. */
    public void empty() {
        try {
            Files.deleteIfExists(mounted.resolve("ballast"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lazily: a process that still has files open there keeps them. */
    @Override
    public void close() {
        Command.run("umount", "-l", "" + mounted);
    }
}
