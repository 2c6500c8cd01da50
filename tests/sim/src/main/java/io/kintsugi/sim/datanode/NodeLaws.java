package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.store.DiskLayout;
import io.kintsugi.datanode.store.LogHeader;
import io.kintsugi.proto.NodeUp;
import io.kintsugi.proto.ReplicaReport;
import io.kintsugi.proto.ReplicaState;
import io.kintsugi.sim.world.World;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntToLongFunction;
import java.util.function.LongPredicate;

/**
 * What holds of datanodes' stores and of what they tell the masters, whatever happens to their processes (DESIGN section 9, laws 1, 2
 * and 6).
 * One object for all nodes of a run.
 */
public final class NodeLaws {
    /** Content of a partition's data after an entry. */
    private record Content(EntryId last, long hash) {}

    /** A written value's entry is among these. */
    private record Place(long first, long last) {}

    /** What replicas of one partition applied. */
    private static final class Applied {
        final Map<EntryId, Content> after = new HashMap<>();
        /** The first that was applied with an index. */
        final Map<Long, EntryId> byIndex = new HashMap<>();

        final Map<Long, Place> values = new HashMap<>();
        /** Epoch of the last recovery by force that the values know of. */
        long forked;
    }

    static final byte[] APPLIED_KEY = {'m', 'a'};
    static final byte DATA = 'd';
    /** Under the same key: when the record goes. */
    static final byte EXPIRY = 'x';

    private final World world;
    private final LongPredicate named;
    private final Map<Integer, Applied> partitions = new HashMap<>();
    private IntToLongFunction forks = partition -> 0;

    /** @param named whether the masters' newest state has a replica in its partition's configuration */
    public NodeLaws(World world, LongPredicate named) {
        this.world = world;
        this.named = named;
    }

    /** @param forkedAt by partition, the epoch with which it last went on without what others may hold; 0: it never did */
    public void forks(IntToLongFunction forkedAt) {
        forks = forkedAt;
    }

    /**
     * Replicas that have applied the same entry hold the same, and no write is applied twice. What a recovery by force left behind may have other
     * entries of the same index.
     */
    void applied(Path data, DataImage image, DataImage.Write write) {
        byte[] meta = last(write, APPLIED_KEY);
        if (meta == null) {
            return;
        }
        ByteBuffer in = ByteBuffer.wrap(meta);
        EntryId entry = new EntryId(in.getLong(), in.getLong());
        long index = entry.index();
        if (data.getFileName().toString().startsWith(DiskLayout.INCOMING)) {
            image.index = index; // from a broken disk: perhaps nobody will ever commit it, and nobody has it then
            return;
        }
        Content content = new Content(entry, image.hash());
        String name = data.getParent().getFileName().toString();
        int id = Integer.parseInt(name.substring(0, name.indexOf('-')));
        Applied partition = partitions.computeIfAbsent(id, p -> new Applied());
        partition.after.putIfAbsent(entry, content);
        EntryId same = forks.applyAsLong(id) > 0 ? entry : partition.byIndex.getOrDefault(index, entry);
        partition.byIndex.putIfAbsent(index, entry);
        Content known = partition.after.get(same);
        if (!known.equals(content)) {
            throw world.broken(
                    "1",
                    "replicas differ: " + data + " holds " + content + " after entry " + index + ", another held "
                            + known);
        }
        long first = image.index + 1;
        image.index = index;
        if (partition.forked != forks.applyAsLong(id)) {
            partition.forked = forks.applyAsLong(id);
            partition.values.clear();
        }
        if (entry.epoch() < partition.forked) {
            return;
        }
        for (int i = 0; i < write.keys().size(); i++) {
            byte[] value = write.values().get(i);
            if (write.keys().get(i)[0] == DATA && value != null && value.length >= Long.BYTES) {
                place(data, partition, ByteBuffer.wrap(value).getLong(), new Place(first, index));
            }
        }
    }

    /** A copy that came holds what replicas held after the entry that it is said to end with. */
    void copied(int partition, EntryId last, DataImage copy) {
        Applied applied = partitions.get(partition);
        EntryId same = applied == null || forks.applyAsLong(partition) > 0
                ? last
                : applied.byIndex.getOrDefault(last.index(), last);
        Content known = applied == null ? null : applied.after.get(same);
        Content content = new Content(last, copy.hash());
        if (copy.index != last.index() || known != null && !known.equals(content)) {
            throw world.broken(
                    "1",
                    "a copy for partition " + partition + " is said to end with " + last + ", and holds " + content
                            + " after entry " + copy.index + "; a replica held " + known);
        }
    }

    /** Clients write no value twice, so each has one entry. */
    private void place(Path data, Applied partition, long value, Place here) {
        Place known = partition.values.getOrDefault(value, here);
        Place both = new Place(Math.max(known.first, here.first), Math.min(known.last, here.last));
        if (both.first > both.last) {
            throw world.broken(
                    "1",
                    "applied twice: value " + value + " by an entry in " + known + " and at " + data + " by one in "
                            + here);
        }
        partition.values.put(value, both);
    }

    private static byte[] last(DataImage.Write write, byte[] key) {
        for (int i = write.keys().size() - 1; i >= 0; i--) {
            if (Arrays.equals(write.keys().get(i), key)) {
                return write.values().get(i);
            }
        }
        return null;
    }

    /** A deletion is final, and befalls no replica that the masters count on. */
    void header(Path log, long replica, LogHeader before, LogHeader now) {
        if (now.deleted() && named.test(replica)) {
            throw world.broken("2", "replica " + replica + " in " + log + " is deleted, and its partition has it");
        }
        if (before != null && before.deleted() && !now.deleted()) {
            throw world.broken("6", "replica " + replica + " in " + log + " was deleted, and is there again");
        }
    }

    /** What a header gives up isn't kept. */
    void written(Path log, LogImage image, long replica, LogHeader header) {
        LogImage.Entries entries = image.now.entries.get(replica);
        if (entries == null || entries.byIndex.isEmpty()) {
            return;
        }
        if (header.deleted() || entries.byIndex.firstKey() <= header.base().index()) {
            throw world.broken(
                    "9",
                    "the log of replica " + replica + " in " + log + " keeps entry " + entries.byIndex.firstKey()
                            + " behind " + header);
        }
    }

    /** What an entry cuts off doesn't stay behind it. */
    void appended(Path log, LogImage image, long replica, Entry last) {
        Map.Entry<Long, Entry> behind = image.now.of(replica).byIndex.higherEntry(last.index());
        if (behind != null && behind.getValue().epoch() < last.epoch()) {
            throw world.broken(
                    "1",
                    "the log of replica " + replica + " in " + log + " keeps entry " + behind.getKey() + " of epoch "
                            + behind.getValue().epoch() + " behind " + last.index() + " of " + last.epoch());
        }
    }

    /** A log that is opened has no gap, and its epochs don't fall. */
    void opened(Path log, LogImage image) {
        image.now.headers.forEach((replica, header) -> {
            LogImage.Entries entries = image.now.entries.get(replica);
            if (header.deleted() || entries == null) {
                return;
            }
            long index = header.base().index();
            long epoch = header.base().epoch();
            for (Entry entry : entries.byIndex.tailMap(index, false).values()) {
                if (entry.index() != ++index || entry.epoch() < epoch) {
                    throw world.broken(
                            "1",
                            "the log of replica " + replica + " in " + log + " has entry " + entry.index()
                                    + " of epoch " + entry.epoch() + " behind " + (index - 1) + " of " + epoch);
                }
                epoch = entry.epoch();
            }
        });
    }

    /** No replica stops by a contradiction, and none is lost where its disk did nothing wrong. */
    void told(String node, NodeUp message, java.util.function.IntPredicate sound) {
        for (ReplicaReport report : message.getReport().getReplicasList()) {
            boolean lost =
                    report.getState() == ReplicaState.REPLICA_LOST || report.getState() == ReplicaState.REPLICA_CORRUPT;
            boolean refused = report.getDetail().startsWith("DISK_FULL")
                    || report.getDetail().startsWith("REPLICA_ID_USED");
            if (report.getState() == ReplicaState.REPLICA_ALARM || lost && !refused && sound.test(report.getDisk())) {
                throw world.broken(
                        "2",
                        node + " has lost replica " + report.getReplica() + " of partition " + report.getPartition()
                                + " without cause: " + report.getState() + " " + report.getDetail());
            }
        }
    }

    /** A node that heard a newer master doesn't stay with this one. */
    void obeys(String node, String master) {
        throw world.broken("1", node + " goes on attending " + master + ", which is deposed as it knows");
    }
}
