package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.store.DiskLayout;
import io.kintsugi.datanode.store.LogHeader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is on a disk, seen past its process and its faults.
 *
 * @param uuid of its log; "" when it has none
 * @param replicas by id: those that the log says are there
 * @param leftovers what is nobody's: directories without a replica, copies that were offered or came, what was on its way out
 */
public record DiskSurvey(String uuid, SortedMap<Long, Held> replicas, List<String> leftovers) {
    /**
     * A replica.
     *
     * @param config its stored configuration; null: none
     * @param applied last entry that its data holds
     * @param data hash of all keys and values of clients
     * @param log its entries by index
     */
    public record Held(int partition, Config config, EntryId applied, long data, NavigableMap<Long, Entry> log) {}

    private static final byte[] APPLIED = {'m', 'a'};
    private static final byte DATA = 'd';

    /** Of a disk as its process sees it. */
    public static DiskSurvey of(SimDisk disk) {
        DiskLayout layout = new DiskLayout(disk.root());
        SortedMap<Long, Held> replicas = new TreeMap<>();
        List<String> leftovers = new ArrayList<>();
        String uuid = "";
        if (disk.find(layout.log()) instanceof LogImage log) {
            uuid = log.diskUuid;
            for (Map.Entry<Long, LogHeader> header : log.now.headers.entrySet()) {
                if (!header.getValue().deleted()) {
                    replicas.put(
                            header.getKey(), held(disk, layout, log, header.getKey(), header.getValue(), leftovers));
                }
            }
        }
        for (String name : names(disk, layout.replicas())) {
            if (!replicas.containsKey(Long.parseLong(name.substring(name.indexOf('-') + 1)))) {
                leftovers.add(layout.replicas().resolve(name).toString());
            }
        }
        for (Path directory : List.of(layout.copies(), layout.trash())) {
            names(disk, directory)
                    .forEach(name -> leftovers.add(directory.resolve(name).toString()));
        }
        return new DiskSurvey(uuid, replicas, leftovers);
    }

    private static Held held(
            SimDisk disk, DiskLayout layout, LogImage log, long replica, LogHeader header, List<String> leftovers) {
        Path directory = layout.replica(header.partition(), replica);
        for (String name : names(disk, directory)) {
            if (name.startsWith(DiskLayout.INCOMING)) {
                leftovers.add(directory.resolve(name).toString());
            }
        }
        LogImage.Entries entries = log.now.entries.get(replica);
        NavigableMap<Long, Entry> kept = entries == null
                ? new TreeMap<>()
                : entries.byIndex.tailMap(header.base().index(), false);
        if (!(disk.find(layout.data(header.partition(), replica)) instanceof DataImage data)) {
            return new Held(header.partition(), header.config(), EntryId.NONE, 0, kept);
        }
        byte[] applied = data.get(APPLIED);
        ByteBuffer in = applied == null ? null : ByteBuffer.wrap(applied);
        EntryId last = in == null ? EntryId.NONE : new EntryId(in.getLong(), in.getLong());
        return new Held(header.partition(), header.config(), last, hash(data), kept);
    }

    private static long hash(DataImage data) {
        long hash = 17;
        for (Map.Entry<byte[], byte[]> entry : data.from(new byte[] {DATA}).entrySet()) {
            if (entry.getKey()[0] == DATA && !data.over(entry.getKey())) {
                hash = (hash * 31 + Arrays.hashCode(entry.getKey())) * 0x9e3779b97f4a7c15L
                        + Arrays.hashCode(entry.getValue());
            }
        }
        return hash;
    }

    private static Set<String> names(SimDisk disk, Path directory) {
        return disk.find(directory) instanceof Inode.Directory names ? names.now.keySet() : Set.of();
    }
}
