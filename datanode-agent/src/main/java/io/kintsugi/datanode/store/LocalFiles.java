package io.kintsugi.datanode.store;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@link DiskFiles} of this machine. */
final class LocalFiles implements DiskFiles {
    static final LocalFiles INSTANCE = new LocalFiles();

    private LocalFiles() {}

    @Override
    public void write(Path file, byte[] content) {
        DurableFiles.write(file, content);
    }

    @Override
    public Optional<byte[]> read(Path file) {
        return DurableFiles.read(file);
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public boolean isEmpty(Path path) {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> inside = Files.list(path)) {
            return inside.findAny().isEmpty();
        } catch (IOException e) {
            throw StorageErrors.of("listing " + path, e);
        }
    }

    @Override
    public List<Path> directories(Path directory) {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> inside = Files.list(directory)) {
            return inside.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw StorageErrors.of("listing " + directory, e);
        }
    }

    @Override
    public void createDirectories(Path directory) {
        DurableFiles.createDirectories(directory);
    }

    @Override
    public void move(Path from, Path to) {
        DurableFiles.move(from, to);
    }

    @Override
    public void syncDirectory(Path directory) {
        DurableFiles.syncDirectory(directory);
    }

    @Override
    public void deleteTree(Path root) {
        DurableFiles.deleteTree(root);
    }

    @Override
    public Space space(Path directory) {
        try {
            FileStore files = Files.getFileStore(directory);
            boolean shared = Files.getAttribute(directory, "unix:dev")
                    .equals(Files.getAttribute(directory.toAbsolutePath().getParent(), "unix:dev"));
            return new Space(files.getUsableSpace(), files.getTotalSpace(), shared);
        } catch (IOException e) {
            throw StorageErrors.of("looking at the space of " + directory, e);
        }
    }
}
