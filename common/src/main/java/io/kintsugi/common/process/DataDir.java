package io.kintsugi.common.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A process's data directory, held by a lock on {@code process.lock} (which holds the owner's pid) until closed or until the process
 * ends, however it
 * ends. {@code tmp/} inside it is emptied when the directory is claimed: native libraries unpack there.
 */
public final class DataDir implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;

    private DataDir(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Creates the directory if it isn't there. @throws IOException also when another process holds it: the message names its pid */
    public static DataDir claim(Path path) throws IOException {
        Files.createDirectories(path);
        Path lockFile = path.resolve("process.lock");
        FileChannel channel = FileChannel.open(
                lockFile, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (!locked(channel)) {
            channel.close();
            throw new IOException("the data directory " + path + " is used by the process with pid "
                    + Files.readString(lockFile).strip() + ": stop it, or give this one a data.dir of its own");
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
        DataDir dir = new DataDir(path, channel);
        deleteTree(dir.temporary());
        Files.createDirectories(dir.temporary());
        return dir;
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by another server in this JVM
        }
    }

    public Path path() {
        return path;
    }

    /** The process's own temporary directory. */
    public Path temporary() {
        return path.resolve("tmp");
    }

    /** Deletes a directory and all in it; nothing there is fine. Links are not followed. */
    public static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Gives the directory free for another process. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
