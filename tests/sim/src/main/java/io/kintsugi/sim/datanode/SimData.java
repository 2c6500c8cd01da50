package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.store.KeyValues;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.sim.datanode.SimDisk.Use;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

/** One replica's data, opened. */
final class SimData implements KeyValues {
    private record Writes(DataImage.Write write) implements Batch {
        @Override
        public void put(byte[] key, byte[] value) {
            write.keys().add(key);
            write.values().add(value);
        }

        @Override
        public void delete(byte[] key) {
            write.keys().add(key);
            write.values().add(null);
        }

        @Override
        public void close() {}
    }

    private final SimStorage storage;
    private final Path directory;
    private final SimDisk disk;
    private final DataImage image;

    SimData(SimStorage storage, Path directory, SimDisk disk, DataImage image) {
        this.storage = storage;
        this.directory = directory;
        this.disk = disk;
        this.image = image;
    }

    @Override
    public Batch batch() {
        return new Writes(new DataImage.Write());
    }

    /** Goes to memory, so the disk's faults don't matter here. */
    @Override
    public void write(Batch batch) {
        open();
        storage.point(PersistPoints.DATA_BEFORE_WRITE);
        image.write(((Writes) batch).write);
        storage.laws().applied(directory, image, ((Writes) batch).write);
    }

    @Override
    public byte[] get(byte[] key) {
        open();
        disk.use(Use.READ, "reading the data " + directory);
        if (image.rotten(key)) {
            throw rotten();
        }
        return image.get(key);
    }

    @Override
    public void scan(byte prefix, BiConsumer<byte[], byte[]> visitor) {
        open();
        disk.use(Use.READ, "reading the data " + directory);
        for (Map.Entry<byte[], byte[]> entry : image.from(new byte[] {prefix}).entrySet()) {
            if (entry.getKey()[0] != prefix) {
                return;
            }
            visitor.accept(entry.getKey(), entry.getValue());
        }
    }

    /** A copy: later writes go to the image alone. */
    private final class Then implements Snapshot {
        private final TreeMap<byte[], byte[]> then = image.copy();

        @Override
        public byte[] get(byte[] key) {
            open();
            return then.get(key);
        }

        @Override
        public void scan(byte[] from, BiPredicate<byte[], byte[]> visitor) {
            open();
            disk.use(Use.READ, "reading the data " + directory);
            for (Map.Entry<byte[], byte[]> entry : then.tailMap(from, true).entrySet()) {
                if (image.rotten(entry.getKey())) {
                    throw rotten();
                }
                if (!visitor.test(entry.getKey(), entry.getValue())) {
                    return;
                }
            }
        }

        @Override
        public void close() {
            open();
        }
    }

    @Override
    public Snapshot snapshot() {
        open();
        return new Then();
    }

    @Override
    public long estimatedKeys() {
        open();
        return image.keys();
    }

    private StorageException rotten() {
        return new StorageException(
                StorageException.Kind.REPLICA,
                "reading the data " + directory + " failed: Corruption: block checksum mismatch");
    }

    @Override
    public void flush() {
        open();
        storage.point(PersistPoints.DATA_BEFORE_FLUSH);
        disk.use(Use.WRITE, "flushing the data " + directory);
        disk.use(Use.SYNC, "flushing the data " + directory);
        image.flush();
        storage.point(PersistPoints.DATA_FLUSHED);
    }

    @Override
    public void checkpoint(Path copy) {
        flush();
        disk.use(Use.WRITE, "taking the checkpoint " + copy);
        disk.name(copy, StoreFiles.write(image));
        storage.point(PersistPoints.CHECKPOINT_TAKEN);
    }

    @Override
    public void verify() {
        open();
        disk.use(Use.READ, "verifying the data " + directory);
        if (SimStores.image(disk, directory, true).rotten()) {
            throw new StorageException(
                    StorageException.Kind.REPLICA,
                    "verifying the data " + directory + " failed: Corruption: block checksum mismatch");
        }
    }

    @Override
    public long bytes() {
        open();
        return image.bytes();
    }

    /** Native code would end the process here. */
    private void open() {
        storage.check();
        if (image.openedBy != this) {
            throw new IllegalStateException("the data " + directory + " is used after it was closed");
        }
    }

    @Override
    public void close() {
        if (image.openedBy == this) {
            image.closed();
        }
    }
}
