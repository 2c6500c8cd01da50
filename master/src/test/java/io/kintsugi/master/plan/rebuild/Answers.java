package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Answers of datanodes for tests: node n has disk n and is at {@code host-n:34801}. */
final class Answers {
    static final String CLUSTER = "c1";
    private final TreeMap<Integer, List<TableAnswer>> tables = new TreeMap<>();

    static String address(int node) {
        return "host-" + node + ":34801";
    }

    static Table table(int id, String name, int partitions, int replicas) {
        return new Table(id, name, partitions, replicas, 1, "crc32c", TableState.NORMAL, 100 + id, 0, "", 0);
    }

    /** A stored configuration: replica r is on datanode r % 100. */
    static Partition config(int id, int table, int index, long epoch, List<Long> members, List<Long> inSync) {
        List<Member> all = members.stream()
                .map(r -> new Member(r, (int) (r % 100), (int) (r % 100), inSync.contains(r) ? 0 : epoch))
                .toList();
        long primary = inSync.isEmpty() ? 0 : inSync.getFirst();
        return new Partition(
                id, table, index, epoch, members.size(), all, null, 0, inSync, primary, RestoreMutex.STOP, 0);
    }

    Answers node(int node) {
        tables.computeIfAbsent(node, n -> new ArrayList<>());
        return this;
    }

    /** Replica r is on datanode r % 100. */
    Answers replica(Definition d, long replica, long lastEpoch, long lastIndex, Partition stored) {
        return found(
                (int) (replica % 100),
                d,
                new ReplicaFound(replica, (int) (replica % 100), true, lastEpoch, lastIndex, stored));
    }

    Answers found(int node, Definition d, ReplicaFound replica) {
        node(node).tables.get(node).add(new TableAnswer(d, List.of(replica)));
        return this;
    }

    List<NodeAnswer> all() {
        return tables.entrySet().stream()
                .map(e -> answer(CLUSTER, e.getKey(), e.getValue()))
                .toList();
    }

    static NodeAnswer answer(String cluster, int node, List<TableAnswer> tables) {
        String address = address(node);
        return new NodeAnswer(
                address,
                "",
                true,
                cluster,
                1,
                new Node(
                        node,
                        "uuid-" + cluster + node,
                        "n" + node,
                        address,
                        address,
                        "z",
                        1,
                        1,
                        DrainState.NONE,
                        0,
                        0,
                        List.of()),
                null,
                ClusterNote.NONE,
                List.of(new Disk(
                        node, "disk-" + cluster + node, node, "/data", DiskStatus.NORMAL, DrainState.NONE, 0, 0, "")),
                tables,
                List.of());
    }

    static RebuildPlan plan(List<NodeAnswer> answers, Options options) {
        Collected collected = new Collected();
        answers.forEach(collected::merge);
        return RebuildPlan.of(collected, options);
    }
}
