package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.store.KeyValues;
import io.kintsugi.datanode.store.LogStore;
import io.kintsugi.datanode.store.StorageErrors;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.datanode.store.Stores;
import io.kintsugi.sim.datanode.SimDisk.Use;
import java.io.IOException;
import java.nio.file.Path;

/** Stores on simulated disks. */
record SimStores(SimStorage storage, SimFiles files) implements Stores {
    @Override
    public boolean exists(Path directory) {
        if (!storage.exists(directory)) {
            return false;
        }
        Inode inode = storage.disk(directory, Use.READ, "looking for").find(directory);
        return inode instanceof LogImage
                || inode instanceof DataImage data && data.finished
                || inode instanceof Inode.Directory files && StoreFiles.finished(files);
    }

    @Override
    public LogStore createLog(Path directory, String diskUuid) {
        files.createDirectories(directory.getParent());
        SimDisk disk = storage.disk(directory, Use.WRITE, "creating the log");
        LogImage image = new LogImage(diskUuid);
        disk.name(directory, image);
        files.syncDirectory(directory.getParent());
        return open(directory, disk, image);
    }

    @Override
    public LogStore openLog(Path directory) {
        SimDisk disk = storage.disk(directory, Use.READ, "opening the log");
        if (disk.find(directory) instanceof LogImage image) {
            return open(directory, disk, image);
        }
        throw new StorageException(StorageException.Kind.REPLICA, "the log " + directory + " names no disk");
    }

    /** Beside whoever has it open. */
    @Override
    public LogStore readLog(Path directory) {
        SimDisk disk = storage.disk(directory, Use.READ, "opening the log");
        if (disk.find(directory) instanceof LogImage image) {
            return new SimLog(storage, directory, disk, image);
        }
        throw new StorageException(StorageException.Kind.REPLICA, "the log " + directory + " names no disk");
    }

    private LogStore open(Path directory, SimDisk disk, LogImage image) {
        if (image.openedBy != null) {
            throw locked(directory);
        }
        storage.laws().opened(directory, image);
        SimLog log = new SimLog(storage, directory, disk, image);
        image.openedBy = log;
        return log;
    }

    @Override
    public KeyValues createData(Path directory) {
        SimDisk disk = storage.disk(directory, Use.WRITE, "opening the data");
        DataImage image = new DataImage();
        disk.name(directory, image);
        storage.point(PersistPoints.NAME_CHANGED);
        disk.use(Use.SYNC, "flushing the data " + directory);
        image.finished = true;
        return open(directory, disk, image);
    }

    @Override
    public KeyValues openData(Path directory) {
        SimDisk disk = storage.disk(directory, Use.WRITE, "opening the data");
        DataImage image = image(disk, directory, true);
        if (disk.find(directory) instanceof Inode.Directory files) {
            disk.becomes(directory, files, image);
        }
        return open(directory, disk, image);
    }

    @Override
    public KeyValues readData(Path directory) {
        SimDisk disk = storage.disk(directory, Use.READ, "opening the data");
        return open(directory, disk, image(disk, directory, false));
    }

    private KeyValues open(Path directory, SimDisk disk, DataImage image) {
        if (image.openedBy != null) {
            throw locked(directory);
        }
        SimData data = new SimData(storage, directory, disk, image);
        image.openedBy = data;
        return data;
    }

    /** The finished store in a directory. @param whole notices every damage */
    static DataImage image(SimDisk disk, Path directory, boolean whole) {
        if (disk.find(directory) instanceof Inode.Directory files && StoreFiles.finished(files)) {
            return StoreFiles.read(files, disk, whole);
        }
        if (!(disk.find(directory) instanceof DataImage image) || !image.finished) {
            throw StorageErrors.of(
                    "opening the data " + directory,
                    new IOException(directory + "/CURRENT: No such file or directory"));
        }
        if (image.damaged) {
            throw new StorageException(
                    StorageException.Kind.REPLICA,
                    "opening the data " + directory + " failed: Corruption: files missing");
        }
        return image;
    }

    private static StorageException locked(Path directory) {
        return StorageErrors.of(
                "opening " + directory, new IOException("lock hold by current process: No locks available"));
    }
}
