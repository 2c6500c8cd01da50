package io.kintsugi.datanode.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Small files that are either the old or the new content after a crash, and directory operations that are on disk when they return. */
public final class DurableFiles {
    private static final int CHECKSUM_BYTES = Integer.BYTES;

    private DurableFiles() {}

    /** Replaces the file's content: written beside it, synced, renamed, and the directory synced. */
    public static void write(Path file, byte[] content) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        ByteBuffer buffer = ByteBuffer.allocate(content.length + CHECKSUM_BYTES)
                .put(content)
                .putInt(crc32c(content))
                .flip();
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        } catch (IOException e) {
            throw StorageErrors.of("writing " + fresh, e);
        }
        move(fresh, file);
    }

    /** The content that {@link #write} left, or empty when there is no such file; damage is a REPLICA failure. */
    public static Optional<byte[]> read(Path file) {
        try {
            byte[] all = Files.readAllBytes(file);
            int length = all.length - CHECKSUM_BYTES;
            if (length < 0
                    || ByteBuffer.wrap(all, length, CHECKSUM_BYTES).getInt() != crc32c(Arrays.copyOf(all, length))) {
                throw new StorageException(
                        StorageException.Kind.REPLICA, "the checksum of " + file + " does not match its content");
            }
            return Optional.of(Arrays.copyOf(all, length));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw StorageErrors.of("reading " + file, e);
        }
    }

    /** Renames within one file system, replacing a file (not a directory) of that name; both directories are synced. */
    public static void move(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw StorageErrors.of("renaming " + from + " to " + to, e);
        }
        syncDirectory(to.getParent());
        if (!from.getParent().equals(to.getParent())) {
            syncDirectory(from.getParent());
        }
    }

    public static void createDirectories(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw StorageErrors.of("creating " + directory, e);
        }
    }

    /** Makes the names in a directory durable. */
    public static void syncDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw StorageErrors.of("syncing " + directory, e);
        }
    }

    /** Removes a directory with all that is in it; one that doesn't exist is fine. */
    public static void deleteTree(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
                    if (e != null) {
                        throw e;
                    }
                    try {
                        Files.deleteIfExists(directory);
                    } catch (DirectoryNotEmptyException late) {
                        throw new IOException("something still writes into " + directory, late);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw StorageErrors.of("removing " + root, e);
        }
    }

    private static int crc32c(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue();
    }
}
