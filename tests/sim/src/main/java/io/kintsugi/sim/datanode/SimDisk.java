package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.store.StorageErrors;
import io.kintsugi.sim.world.Process;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A disk in memory: a tree of directories, small files and stores, each with what is durable and what a crash takes back; and the disk's faults.
 * A name survives a crash for sure when its directory was synced; otherwise it is up to the seed, each change by itself (a rename is one change).
 */
public final class SimDisk {
    /** What may fail on a disk. */
    public enum Fault {
        READ,
        WRITE,
        SYNC,
        /** Nothing can be written. */
        FULL,
        /** Less than the reserve is free; writing works. */
        LOW,
        /** Not there at all. */
        GONE
    }

    /** What an operation does to the disk, for faults. */
    enum Use {
        READ,
        WRITE,
        SYNC
    }

    private record Naming(Inode.Directory directory, String name, Inode inode) {
        void applyTo(TreeMap<String, Inode> names) {
            if (inode == null) {
                names.remove(name);
            } else {
                names.put(name, inode);
            }
        }
    }

    private static final long TOTAL = 1L << 40;

    private final Process process;
    private final Path root;
    private final SplittableRandom random;
    private final List<Fault> faults = new ArrayList<>();
    private Inode.Directory top = new Inode.Directory();
    private final List<List<Naming>> unsynced = new ArrayList<>();
    /** What is on it while its mount is away; null while it is there. */
    private Inode.Directory away;

    private boolean mount;
    private long slowNanos;
    private boolean harmed;
    private long mendedAt;

    SimDisk(Process process, Path root) {
        this.process = process;
        this.root = root;
        this.random = process.world().random("disk " + root);
        process.onCrash(this::crash);
    }

    public Path root() {
        return root;
    }

    // ------------------------------------------------------------------ faults
    public void fault(Fault fault, boolean on) {
        faults.remove(fault);
        if (on) {
            faults.add(fault);
            harmed |= fault != Fault.FULL && fault != Fault.LOW;
            process.world().count("fault.disk-" + fault.name().toLowerCase(java.util.Locale.ROOT), root.toString());
        }
    }

    public boolean has(Fault fault) {
        return faults.contains(fault);
    }

    /** Something on it may be lost, now or at any time before. */
    boolean harmed() {
        return harmed;
    }

    /** What can't be read elsewhere has been copied here as it was. */
    void harm() {
        harmed = true;
    }

    /** Every operation takes this much longer. */
    public void slow(long nanos) {
        slowNanos = nanos;
        if (nanos > 0) {
            process.world().count("fault.disk-slow", root.toString());
        }
    }

    /** All that was on it is gone, as with a new disk in the old one's place. */
    public void wipe() {
        top = new Inode.Directory();
        unsynced.clear();
        harmed = true;
        process.world().count("fault.disk-wiped", root.toString());
    }

    /** It is a file system of its own from now on; put back, if its mount was taken away. */
    public void mount() {
        mount = true;
        if (away != null) {
            top = away;
            away = null;
        }
    }

    /** Its mount is taken away: at its path is an empty directory of another file system. */
    public void unmount() {
        mount = false;
        harmed = true;
        away = top;
        top = new Inode.Directory();
    }

    /** Whether it is a file system of its own. */
    boolean mounted() {
        return mount;
    }

    /** Whether there is nothing at its path. */
    public boolean isEmpty() {
        return top.now.isEmpty();
    }

    /** A record of a replica's data goes bad, if there is any; it shows when it is read. */
    public void rot() {
        List<DataImage> stores = new ArrayList<>();
        collect(top, stores);
        List<DataImage> some = stores.stream().filter(data -> data.keys() > 0).toList();
        if (!some.isEmpty()) {
            DataImage data = some.get(random.nextInt(some.size()));
            data.rot(random.nextInt(data.keys()), process.world().now());
            harmed = true;
            process.world().count("fault.disk-rot", root.toString());
        }
    }

    /** The same, of this replica. @return whether it has any */
    public boolean rot(int partition, long replica) {
        boolean some = data(partition, replica) instanceof DataImage data && data.keys() > 0;
        if (some) {
            DataImage data = (DataImage) data(partition, replica);
            data.rot(random.nextInt(data.keys()), process.world().now());
            harmed = true;
            process.world().count("fault.disk-rot", root.toString());
        }
        return some;
    }

    private Inode data(int partition, long replica) {
        return find(root.resolve("replicas").resolve(partition + "-" + replica).resolve("data"));
    }

    /** A value of that replica changes under a good checksum; again, and it is as it was. @return whether there was one */
    public boolean flip(int partition, long replica) {
        boolean done = data(partition, replica) instanceof DataImage data && data.flip();
        harmed |= done;
        if (done) {
            process.world().count("fault.disk-flip", root.toString());
        }
        return done;
    }

    /** What went bad and wasn't noticed is written anew, from what the system still had in memory. */
    public void mend() {
        mendedAt = process.world().now();
        List<DataImage> stores = new ArrayList<>();
        collect(top, stores);
        stores.forEach(DataImage::mend);
    }

    /** What went bad earlier doesn't count any more. */
    long mendedAt() {
        return mendedAt;
    }

    /** Whether something on it has gone bad that nobody has noticed, or thrown away, so far. */
    public boolean rotten() {
        List<DataImage> stores = new ArrayList<>();
        collect(top, stores);
        return stores.stream().anyMatch(DataImage::rotten);
    }

    private static void collect(Inode.Directory directory, List<DataImage> into) {
        for (Inode inode : directory.now.values()) {
            if (inode instanceof DataImage data) {
                into.add(data);
            } else if (inode instanceof Inode.Directory below) {
                collect(below, into);
            }
        }
    }

    long slowNanos() {
        return slowNanos;
    }

    long free() {
        return has(Fault.FULL) ? 0 : has(Fault.LOW) ? 1 : TOTAL / 2;
    }

    long total() {
        return TOTAL;
    }

    /** Throws what the product makes of the disk's present faults, in the words of an operating system. */
    void use(Use use, String doing) {
        String error = null;
        if (has(Fault.GONE)) {
            error = "No such device";
        } else if (has(Fault.READ) && use == Use.READ
                || has(Fault.WRITE) && use == Use.WRITE
                || has(Fault.SYNC) && use == Use.SYNC) {
            error = "Input/output error";
        } else if (has(Fault.FULL) && use == Use.WRITE) {
            error = "No space left on device";
        }
        if (error != null) {
            throw StorageErrors.of(doing, new IOException(error));
        }
    }

    boolean chance() {
        return random.nextBoolean();
    }

    private void crash() {
        boolean machineToo = random.nextBoolean();
        for (List<Naming> change : unsynced) {
            if (!machineToo || random.nextBoolean()) {
                change.forEach(naming -> naming.applyTo(naming.directory.durable));
            }
        }
        unsynced.clear();
        top.crash(machineToo, random);
    }

    // ------------------------------------------------------------------ names
    /** Null when there is no such thing. */
    Inode find(Path path) {
        Inode at = top;
        for (Path name : root.relativize(path)) {
            if (name.toString().isEmpty()) {
                continue;
            }
            if (!(at instanceof Inode.Directory directory)) {
                return null;
            }
            at = directory.now.get(name.toString());
        }
        return at;
    }

    /** @throws io.kintsugi.datanode.store.StorageException as the product classifies a missing directory */
    Inode.Directory directory(Path path, String doing) {
        if (find(path) instanceof Inode.Directory directory) {
            return directory;
        }
        throw StorageErrors.of(doing, new IOException(path + ": No such file or directory"));
    }

    /** Gives a name to something, or takes it away (null). */
    void name(Path path, Inode inode) {
        change(List.of(naming(path, inode)));
    }

    void rename(Path from, Path to) {
        Inode inode = find(from);
        if (inode == null) {
            throw StorageErrors.of(
                    "renaming " + from + " to " + to, new IOException(from + ": No such file or directory"));
        }
        change(List.of(naming(from, null), naming(to, inode)));
    }

    private Naming naming(Path path, Inode inode) {
        return new Naming(
                directory(path.getParent(), "naming " + path),
                path.getFileName().toString(),
                inode);
    }

    private void change(List<Naming> change) {
        change.forEach(naming -> naming.applyTo(naming.directory.now));
        unsynced.add(change);
    }

    /** The files of a store are a store from now on, wherever and however durably they are named. */
    void becomes(Path path, Inode files, Inode store) {
        String name = path.getFileName().toString();
        Inode.Directory parent = directory(path.getParent(), "opening " + path);
        parent.now.replace(name, files, store);
        parent.durable.replace(name, files, store);
        unsynced.replaceAll(change -> change.stream()
                .map(n -> n.inode == files ? new Naming(n.directory, n.name, store) : n)
                .toList());
    }

    void syncNames(Inode.Directory directory) {
        List<List<Naming>> left = new ArrayList<>();
        for (List<Naming> change : unsynced) {
            if (change.stream().anyMatch(naming -> naming.directory == directory)) {
                change.forEach(naming -> naming.applyTo(naming.directory.durable));
            } else {
                left.add(change);
            }
        }
        unsynced.clear();
        unsynced.addAll(left);
    }

    @Override
    public String toString() {
        return root + " " + Arrays.toString(faults.toArray());
    }
}
