package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.store.DiskFiles;
import io.kintsugi.datanode.store.StorageErrors;
import io.kintsugi.sim.datanode.SimDisk.Use;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Names and small files on simulated disks. */
record SimFiles(SimStorage storage) implements DiskFiles {
    @Override
    public void write(Path file, byte[] content) {
        SimDisk disk = storage.disk(file, Use.WRITE, "writing");
        storage.point(PersistPoints.FILE_BEFORE_WRITE);
        disk.use(Use.SYNC, "writing " + file);
        disk.name(file, new Inode.Content(content.clone()));
        storage.point(PersistPoints.FILE_WRITTEN);
        disk.syncNames(disk.directory(file.getParent(), "writing " + file));
    }

    @Override
    public Optional<byte[]> read(Path file) {
        return storage.disk(file, Use.READ, "reading").find(file) instanceof Inode.Content content
                ? Optional.of(content.bytes())
                : Optional.empty();
    }

    @Override
    public Output create(Path file) {
        SimDisk disk = storage.disk(file, Use.WRITE, "creating");
        if (disk.find(file) != null) {
            throw StorageErrors.of("creating " + file, new IOException(file + ": File exists"));
        }
        Inode.File inode = new Inode.File();
        disk.name(file, inode);
        storage.point(PersistPoints.NAME_CHANGED);
        return new Output() {
            @Override
            public void write(ByteBuffer bytes) {
                storage.disk(file, Use.WRITE, "writing");
                inode.write(bytes);
                storage.point(PersistPoints.FILE_GROWN);
            }

            @Override
            public void sync() {
                storage.disk(file, Use.SYNC, "syncing");
                inode.sync();
                storage.point(PersistPoints.FILE_SYNCED);
            }

            @Override
            public void close() {
                storage.check();
            }
        };
    }

    @Override
    public void scan(Path file, Consumer<ByteBuffer> piece) {
        piece.accept(content(file));
    }

    /** Of a file that can be read. */
    ByteBuffer content(Path file) {
        SimDisk disk = storage.disk(file, Use.READ, "reading");
        Inode inode = disk.find(file) == null
                ? asFiles(disk, file.getParent()).get(file.getFileName().toString())
                : disk.find(file);
        if (inode instanceof Inode.File found) {
            return found.content();
        }
        throw StorageErrors.of("reading " + file, new IOException(file + ": No such file or directory"));
    }

    @Override
    public SortedMap<String, Long> sizes(Path directory) {
        SortedMap<String, Long> sizes = new TreeMap<>();
        SimDisk disk = storage.disk(directory, Use.READ, "listing");
        Map<String, Inode> found = disk.find(directory) instanceof DataImage
                ? asFiles(disk, directory)
                : disk.directory(directory, "listing").now;
        found.forEach((name, inode) -> {
            if (inode instanceof Inode.File file) {
                sizes.put(name, (long) file.size());
            }
        });
        return sizes;
    }

    /** A store that nobody has open, as the files that it lies there in. */
    private static Map<String, Inode> asFiles(SimDisk disk, Path directory) {
        return disk.find(directory) instanceof DataImage data && data.openedBy == null && data.finished && !data.damaged
                ? StoreFiles.write(data).now
                : Map.of();
    }

    @Override
    public boolean exists(Path path) {
        return storage.exists(path);
    }

    @Override
    public boolean isEmpty(Path path) {
        return storage.disk(path, Use.READ, "listing").find(path) instanceof Inode.Directory directory
                && directory.now.isEmpty();
    }

    @Override
    public List<Path> directories(Path directory) {
        List<Path> found = new ArrayList<>();
        if (storage.disk(directory, Use.READ, "listing").find(directory) instanceof Inode.Directory names) {
            for (Map.Entry<String, Inode> name : names.now.entrySet()) {
                if (!(name.getValue() instanceof Inode.Content || name.getValue() instanceof Inode.File)) {
                    found.add(directory.resolve(name.getKey()));
                }
            }
        }
        return found;
    }

    @Override
    public void createDirectory(Path directory) {
        SimDisk disk = storage.disk(directory, Use.WRITE, "creating");
        if (disk.find(directory) != null) {
            throw StorageErrors.of("creating " + directory, new IOException(directory + ": File exists"));
        }
        disk.name(directory, new Inode.Directory());
        storage.point(PersistPoints.NAME_CHANGED);
    }

    @Override
    public void createDirectories(Path directory) {
        SimDisk disk = storage.disk(directory, Use.WRITE, "creating");
        if (!directory.equals(disk.root()) && disk.find(directory) == null) {
            createDirectories(directory.getParent());
            disk.name(directory, new Inode.Directory());
            storage.point(PersistPoints.NAME_CHANGED);
        }
    }

    @Override
    public void move(Path from, Path to) {
        SimDisk disk = storage.disk(from, Use.WRITE, "renaming");
        if (disk.find(to) instanceof Inode taken && !(taken instanceof Inode.Content)) {
            throw StorageErrors.of("renaming " + from + " to " + to, new IOException("Directory not empty"));
        }
        disk.rename(from, to);
        storage.point(PersistPoints.NAME_CHANGED);
        syncDirectory(to.getParent());
        if (!from.getParent().equals(to.getParent())) {
            syncDirectory(from.getParent());
        }
    }

    @Override
    public void syncDirectory(Path directory) {
        SimDisk disk = storage.disk(directory, Use.SYNC, "syncing");
        if (disk.find(directory) instanceof Inode.Directory names) {
            disk.syncNames(names);
        } else if (disk.find(directory) == null) {
            throw StorageErrors.of("syncing " + directory, new IOException(directory + ": No such file or directory"));
        }
        storage.point(PersistPoints.NAMES_SYNCED);
    }

    @Override
    public void deleteTree(Path root) {
        storage.check();
        if (!exists(root)) {
            return;
        }
        SimDisk disk = storage.disk(root, Use.READ, "removing");
        Inode inode = disk.find(root);
        if (inode instanceof Inode.Directory directory) {
            for (String name : List.copyOf(directory.now.keySet())) {
                deleteTree(root.resolve(name));
            }
        } else if (inode instanceof DataImage data) {
            data.damaged = true; // file by file: what a crash leaves of it is of no use
        }
        storage.point(PersistPoints.TREE_HALF_DELETED);
        disk.name(root, null);
    }

    @Override
    public Space space(Path directory) {
        SimDisk disk = storage.disk(directory, Use.READ, "looking at the space of");
        return new Space(disk.free(), disk.total(), !disk.mounted());
    }
}
