package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.store.LogHeader;
import io.kintsugi.datanode.store.LogStore;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.sim.datanode.SimDisk.Use;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A disk's log, opened. After a write that failed it refuses all others, as RocksDB does. */
final class SimLog implements LogStore {
    private static final class Changes implements Group {
        private final List<LogImage.Change> all = new ArrayList<>();
        private final Map<Long, LogHeader> headers = new TreeMap<>();
        private final Map<Long, Entry> ends = new TreeMap<>();
        private long bytes;

        @Override
        public void header(long replica, LogHeader header) {
            all.add(LogImage.Change.header(replica, header));
            headers.put(replica, header);
        }

        @Override
        public void append(long replica, Entry entry) {
            all.add(LogImage.Change.append(replica, entry));
            bytes += entry.bytes();
            ends.put(replica, entry);
        }

        @Override
        public void truncate(long replica, long from) {
            all.add(LogImage.Change.truncate(replica, from));
        }

        @Override
        public void free(long replica, long upTo) {
            all.add(LogImage.Change.free(replica, upTo));
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public void close() {}
    }

    private final SimStorage storage;
    private final Path directory;
    private final SimDisk disk;
    private final LogImage image;
    private StorageException broken;

    SimLog(SimStorage storage, Path directory, SimDisk disk, LogImage image) {
        this.storage = storage;
        this.directory = directory;
        this.disk = disk;
        this.image = image;
    }

    @Override
    public Group group() {
        storage.check();
        return new Changes();
    }

    @Override
    public void write(Group group, boolean sync) {
        storage.check();
        if (broken != null) {
            throw broken;
        }
        List<LogImage.Change> changes = ((Changes) group).all;
        storage.point(PersistPoints.LOG_BEFORE_WRITE);
        try {
            if (disk.has(SimDisk.Fault.FULL) && disk.chance()) {
                image.writeInVain(changes); // all of it found room, but not the end of the operation
            }
            disk.use(Use.WRITE, "writing the log " + directory);
            if (sync && disk.has(SimDisk.Fault.SYNC)) {
                image.writeInVain(changes);
                disk.use(Use.SYNC, "writing the log " + directory);
            }
        } catch (StorageException e) {
            broken = e;
            throw e;
        }
        ((Changes) group).headers.forEach((replica, header) -> storage.laws()
                .header(directory, replica, image.now.headers.get(replica), header));
        image.write(changes);
        ((Changes) group)
                .headers.forEach((replica, header) -> storage.laws().written(directory, image, replica, header));
        ((Changes) group).ends.forEach((replica, end) -> storage.laws().appended(directory, image, replica, end));
        if (sync) {
            storage.point(PersistPoints.LOG_BEFORE_SYNC);
            image.sync();
            storage.point(PersistPoints.LOG_SYNCED);
        }
    }

    @Override
    public void reopen() {
        storage.check();
        disk.use(Use.WRITE, "opening the log " + directory);
        image.recover();
        broken = null;
    }

    @Override
    public String diskUuid() {
        return image.diskUuid;
    }

    @Override
    public Optional<LogHeader> header(long replica) {
        reading();
        return Optional.ofNullable(image.now.headers.get(replica));
    }

    @Override
    public Map<Long, LogHeader> headers() {
        reading();
        return new TreeMap<>(image.now.headers);
    }

    @Override
    public Optional<EntryId> last(long replica) {
        NavigableMap<Long, Entry> entries = entries(replica);
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(new EntryId(entries.lastEntry().getValue().epoch(), entries.lastKey()));
    }

    @Override
    public long epochAt(long replica, long index) {
        Entry entry = entries(replica).get(index);
        if (entry == null) {
            throw missing(replica, index);
        }
        return entry.epoch();
    }

    @Override
    public List<Entry> read(long replica, long from, long to, long maxBytes) {
        List<Entry> found = new ArrayList<>();
        NavigableMap<Long, Entry> entries = entries(replica);
        long bytes = 0;
        for (long index = from; index <= to; index++) {
            Entry entry = entries.get(index);
            if (entry == null) {
                throw missing(replica, index);
            }
            bytes += entry.bytes();
            if (bytes > maxBytes && !found.isEmpty()) {
                return found;
            }
            found.add(entry);
        }
        return found;
    }

    @Override
    public long approximateBytes(long replica) {
        reading();
        LogImage.Entries entries = image.now.entries.get(replica);
        return entries == null ? 0 : entries.bytes;
    }

    private NavigableMap<Long, Entry> entries(long replica) {
        reading();
        LogImage.Entries entries = image.now.entries.get(replica);
        return entries == null ? new TreeMap<>() : entries.byIndex;
    }

    private void reading() {
        storage.check();
        disk.use(Use.READ, "reading the log " + directory);
    }

    private StorageException missing(long replica, long index) {
        return new StorageException(
                StorageException.Kind.REPLICA,
                "entry " + index + " of replica " + replica + " is missing from the log " + directory);
    }

    @Override
    public void close() {
        if (image.openedBy == this) {
            image.openedBy = null;
        }
    }
}
