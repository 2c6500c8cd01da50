package io.kintsugi.datanode.store;

import io.kintsugi.common.wire.Encodable;
import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The agent's own small directory: the node's uuid, the cluster that it belongs to, the highest (generation, term) of its masters, and how
 * many errors each disk had (a bad disk may refuse to keep that itself). Changes are on disk when the call returns. Thread-safe.
 */
public final class NodeDirectory {
    private record State(String uuid, String clusterId, long generation, long term, Map<String, Long> diskErrors)
            implements Encodable {
        @Override
        public void encode(FieldWriter out) {
            out.text(1, uuid).text(2, clusterId).num(3, generation).num(4, term);
            out.texts(5, diskErrors.keySet()).nums(6, diskErrors.values());
        }

        static State decode(byte[] bytes) {
            Fields in = Fields.parse(bytes);
            Map<String, Long> errors = new TreeMap<>();
            for (int i = 0; i < in.texts(5).size(); i++) {
                errors.put(in.texts(5).get(i), in.nums(6).get(i));
            }
            return new State(in.text(1), in.text(2), in.num(3), in.num(4), errors);
        }
    }

    private final DiskFiles files;
    private final Path file;
    private volatile State state;

    private NodeDirectory(DiskFiles files, Path file, State state) {
        this.files = files;
        this.file = file;
        this.state = state;
    }

    /** Opens the directory, or begins one. @throws StorageException */
    public static NodeDirectory open(DiskFiles files, Path directory, Supplier<String> newUuid) {
        files.createDirectories(directory);
        Path file = directory.resolve("node");
        State known = files.read(file).map(State::decode).orElse(null);
        if (known != null) {
            return new NodeDirectory(files, file, known);
        }
        NodeDirectory fresh = new NodeDirectory(files, file, null);
        fresh.store(new State(newUuid.get(), "", 0, 0, Map.of()));
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
        store(new State(state.uuid(), clusterId, state.generation(), state.term(), state.diskErrors()));
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
            store(new State(state.uuid(), state.clusterId(), generation, term, state.diskErrors()));
        }
        return !lower;
    }

    public synchronized long countDiskError(String diskUuid) {
        Map<String, Long> errors = new TreeMap<>(state.diskErrors());
        long count = errors.merge(diskUuid, 1L, Long::sum);
        store(new State(state.uuid(), state.clusterId(), state.generation(), state.term(), errors));
        return count;
    }

    private void store(State next) {
        files.write(file, next.toBytes());
        state = next;
    }
}
