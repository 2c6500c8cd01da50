package io.kintsugi.datanode.store;

import io.kintsugi.common.wire.Encodable;
import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's own small directory: the node's uuid, the cluster that it belongs to, the highest (generation, term) of its masters, which disk
 * was last at which path, whether it was mounted there, the errors of disks (a bad disk may refuse to keep that itself), and a note that masters
 * want kept. Changes are on disk when the call returns. Thread-safe.
 */
public final class NodeDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(NodeDirectory.class);

    /** Maps go by a disk's path. @param mounts paths at which the disk was a mount of its own */
    private record State(
            String uuid,
            String clusterId,
            long generation,
            long term,
            Map<String, String> diskUuids,
            Map<String, BadDisk> badDisks,
            Set<String> mounts,
            List<Fence> fences,
            String recovery)
            implements Encodable {
        @Override
        public void encode(FieldWriter out) {
            out.text(1, uuid).text(2, clusterId).num(3, generation).num(4, term);
            // 5 and 6 were numbers of errors by a disk's uuid
            out.texts(7, diskUuids.keySet()).texts(8, diskUuids.values()).records(9, badDisks.values());
            out.texts(10, mounts).records(11, fences).text(12, recovery);
        }

        static State decode(byte[] bytes) {
            Fields in = Fields.parse(bytes);
            Map<String, String> uuids = new TreeMap<>();
            for (int i = 0; i < in.texts(7).size(); i++) {
                uuids.put(in.texts(7).get(i), in.texts(8).get(i));
            }
            Map<String, BadDisk> bad = new TreeMap<>();
            in.records(9, BadDisk::decode).forEach(disk -> bad.put(disk.path(), disk));
            Set<String> mounts = Set.copyOf(in.texts(10));
            List<Fence> fences = in.records(11, Fence::decode);
            return new State(in.text(1), in.text(2), in.num(3), in.num(4), uuids, bad, mounts, fences, in.text(12));
        }

        State joined(String cluster) {
            return new State(uuid, cluster, generation, term, diskUuids, badDisks, mounts, fences, recovery);
        }

        State raised(long newGeneration, long newTerm) {
            return new State(uuid, clusterId, newGeneration, newTerm, diskUuids, badDisks, mounts, fences, recovery);
        }

        State fenced(long newGeneration, String by) {
            return new State(uuid, clusterId, newGeneration, 0, diskUuids, badDisks, mounts, fences, by);
        }

        State with(Map<String, BadDisk> bad) {
            return new State(uuid, clusterId, generation, term, diskUuids, bad, mounts, fences, recovery);
        }

        State with(List<Fence> others) {
            return new State(uuid, clusterId, generation, term, diskUuids, badDisks, mounts, others, recovery);
        }
    }

    private final DiskFiles files;
    private final Path file;
    private volatile State state;
    private volatile byte[] note;

    private NodeDirectory(DiskFiles files, Path file, State state) {
        this.files = files;
        this.file = file;
        this.state = state;
        this.note = readNote(files, noteFile(file));
    }

    /** Masters give it anew with their next welcome, so that damage is no reason not to start. */
    private static byte[] readNote(DiskFiles files, Path file) {
        try {
            return files.read(file).orElse(new byte[0]);
        } catch (StorageException e) {
            LOG.warn("NOTE_DAMAGED: what masters wanted kept can't be read: {}", e.getMessage());
            return new byte[0];
        }
    }

    /** Opens the directory, or begins one. @throws StorageException */
    public static NodeDirectory open(DiskFiles files, Path directory, Supplier<String> newUuid) {
        files.createDirectories(directory);
        Path file = directory.resolve("node");
        files.deleteTree(scratch(file));
        State known = files.read(file).map(State::decode).orElse(null);
        if (known != null) {
            return new NodeDirectory(files, file, known);
        }
        NodeDirectory fresh = new NodeDirectory(files, file, null);
        fresh.store(new State(newUuid.get(), "", 0, 0, Map.of(), Map.of(), Set.of(), List.of(), ""));
        return fresh;
    }

    public String uuid() {
        return state.uuid();
    }

    /** "" until the node has joined one. */
    public String clusterId() {
        return state.clusterId();
    }

    public long generation() {
        return state.generation();
    }

    public long term() {
        return state.term();
    }

    /** The node belongs to this cluster from now on. */
    public synchronized void join(String clusterId) {
        store(state.joined(clusterId));
    }

    /** Whether a master of this (generation, term) may be heeded; remembers it, durably, when it is the highest so far. */
    public boolean admits(long generation, long term) {
        State known = state;
        if (generation == known.generation() && term == known.term()) {
            return true;
        }
        return raise(generation, term);
    }

    private synchronized boolean raise(long generation, long term) {
        boolean lower = generation < state.generation() || (generation == state.generation() && term < state.term());
        if (!lower) {
            store(state.raised(generation, term));
        }
        return !lower;
    }

    /**
     * From now on, durably, no master below this generation is heeded. Of two recoveries that chose the same generation the first counts.
     *
     * @param recovery random, of the attempt to recover that asks
     * @return whether it is so: not when a higher generation was seen, or this one by other means
     */
    public synchronized boolean fence(long generation, String recovery) {
        State known = state;
        if (generation == known.generation() && recovery.equals(known.recovery())) {
            return true;
        }
        if (generation <= known.generation()) {
            return false;
        }
        store(known.fenced(generation, recovery));
        return true;
    }

    /** What masters gave this node to keep for them; empty: nothing yet. */
    public byte[] note() {
        return note;
    }

    /** Keeps it in the place of what was kept before. */
    public synchronized void keepNote(byte[] newNote) {
        if (!Arrays.equals(note, newNote)) {
            files.write(noteFile(file), newNote);
            note = newNote.clone();
        }
    }

    private static Path noteFile(Path file) {
        return file.resolveSibling("note");
    }

    /** The uuid of the disk that was last opened at this path, or "". */
    public String diskUuid(Path path) {
        return state.diskUuids().getOrDefault(path.toString(), "");
    }

    /** Whether the disk that was last opened at this path was a file system of its own: without its mount the path is another disk's. */
    public boolean wasMounted(Path path) {
        return state.mounts().contains(path.toString());
    }

    /** The errors of the disk at this path; empty when it is well. */
    public Optional<BadDisk> badDisk(Path path) {
        return Optional.ofNullable(state.badDisks().get(path.toString()));
    }

    /** What is known of the disk at {@code bad.path()} from now on. */
    public synchronized void keep(BadDisk bad) {
        Map<String, BadDisk> all = new TreeMap<>(state.badDisks());
        all.put(bad.path(), bad);
        store(state.with(all));
    }

    /**
     * The disk at this path was opened and works.
     *
     * @param mounted whether it is a file system of its own
     * @param wellAgain whether its errors are forgotten, an operator having had it recovered
     */
    public synchronized void opened(Path path, String diskUuid, boolean mounted, boolean wellAgain) {
        boolean forget = wellAgain && badDisk(path).isPresent();
        if (!forget && diskUuid(path).equals(diskUuid) && wasMounted(path) == mounted) {
            return;
        }
        State now = state;
        Map<String, String> uuids = new TreeMap<>(now.diskUuids());
        uuids.put(path.toString(), diskUuid);
        Set<String> mounts = new TreeSet<>(now.mounts());
        if (mounted) {
            mounts.add(path.toString());
        }
        Map<String, BadDisk> bad = new TreeMap<>(now.badDisks());
        if (forget) {
            bad.remove(path.toString());
        }
        store(new State(
                now.uuid(),
                now.clusterId(),
                now.generation(),
                now.term(),
                uuids,
                bad,
                mounts,
                now.fences(),
                now.recovery()));
    }

    /** What replicas of this disk have heard of while it was broken. */
    public List<Fence> fences(String diskUuid) {
        return state.fences().stream()
                .filter(fence -> fence.disk().equals(diskUuid))
                .toList();
    }

    /** Remembers it in the place of what the replica had heard of before. */
    public synchronized void fence(Fence fence) {
        if (state.fences().contains(fence)) {
            return;
        }
        List<Fence> all = new ArrayList<>(state.fences());
        all.removeIf(other -> other.replica() == fence.replica());
        all.add(fence);
        store(state.with(all));
    }

    /** These replicas store their configurations themselves, or are no more. */
    public synchronized void unfence(Collection<Long> replicas) {
        List<Fence> left = state.fences().stream()
                .filter(fence -> !replicas.contains(fence.replica()))
                .toList();
        if (left.size() < state.fences().size()) {
            store(state.with(left));
        }
    }

    /** A place for files that nobody needs after a restart. */
    public Path scratch() {
        return scratch(file);
    }

    private static Path scratch(Path file) {
        return file.resolveSibling("salvage");
    }

    private void store(State next) {
        files.write(file, next.toBytes());
        state = next;
    }
}
