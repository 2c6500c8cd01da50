package io.kintsugi.datanode.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** {@link DiskFiles} of this machine. */
final class LocalFiles implements DiskFiles {
    static final LocalFiles INSTANCE = new LocalFiles();

    private static final int PIECE_BYTES = 256 << 10;

    private record Written(Path file, FileChannel channel) implements Output {
        @Override
        public void write(ByteBuffer bytes) {
            try {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException e) {
                throw StorageErrors.of("writing " + file, e);
            }
        }

        @Override
        public void sync() {
            try {
                channel.force(true);
            } catch (IOException e) {
                throw StorageErrors.of("syncing " + file, e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw StorageErrors.of("closing " + file, e);
            }
        }
    }

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
    public Output create(Path file) {
        try {
            return new Written(file, FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw StorageErrors.of("creating " + file, e);
        }
    }

    @Override
    public void scan(Path file, Consumer<ByteBuffer> piece) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(buffer.clear()) >= 0) {
                piece.accept(buffer.flip());
            }
        } catch (IOException e) {
            throw StorageErrors.of("reading " + file, e);
        }
    }

    @Override
    public SortedMap<String, Long> sizes(Path directory) {
        SortedMap<String, Long> sizes = new TreeMap<>();
        try (Stream<Path> inside = Files.list(directory)) {
            for (Path file : inside.filter(Files::isRegularFile).toList()) {
                sizes.put(file.getFileName().toString(), Files.size(file));
            }
            return sizes;
        } catch (IOException e) {
            throw StorageErrors.of("listing " + directory, e);
        }
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
    public void createDirectory(Path directory) {
        try {
            Files.createDirectory(directory);
        } catch (IOException e) {
            throw StorageErrors.of("creating " + directory, e);
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
