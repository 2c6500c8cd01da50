package io.kintsugi.bench.micro;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import io.kintsugi.master.plan.rebuild.ClusterNote;
import io.kintsugi.master.plan.rebuild.Collected;
import io.kintsugi.master.plan.rebuild.Definition;
import io.kintsugi.master.plan.rebuild.NodeAnswer;
import io.kintsugi.master.plan.rebuild.Options;
import io.kintsugi.master.plan.rebuild.RebuildPlan;
import io.kintsugi.master.plan.rebuild.ReplicaFound;
import io.kintsugi.master.plan.rebuild.TableAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The metadata rebuilt: answers of 100 datanodes merged, one of them at a time, and the plan that follows. Each replica comes with a
 * configuration of its own, as when it has been decoded. One operation is one rebuilding.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(1)
public class RebuildBenchmark {
    private static final int NODES = 100;
    private static final int DISKS = 10; // of a datanode
    private static final int SLOTS = 1_000; // of a table
    private static final int COPIES = 3;

    /** Of a datanode. */
    @Param("10000")
    public int replicas;

    private List<NodeAnswer> answers;

    @Setup(Level.Trial)
    public void answers() {
        answers = new ArrayList<>();
        int partitions = NODES * replicas / COPIES;
        for (int node = 0; node < NODES; node++) {
            answers.add(answer(node, partitions));
        }
    }

    /** Copy c of partition p is on datanode (p + 37 c) mod 100. */
    private static NodeAnswer answer(int node, int partitions) {
        List<TableAnswer> tables = new ArrayList<>();
        for (int table = 0; table * SLOTS < partitions; table++) {
            int slots = Math.min(SLOTS, partitions - table * SLOTS);
            List<ReplicaFound> found = new ArrayList<>();
            for (int p = table * SLOTS; p < table * SLOTS + slots; p++) {
                for (int copy = 0; copy < COPIES; copy++) {
                    if ((p + 37 * copy) % NODES == node) {
                        found.add(new ReplicaFound(
                                replica(p, copy), disk(node, p), true, 5, 1_000 + copy, stored(table, p)));
                    }
                }
            }
            tables.add(new TableAnswer(new Definition(table(table, slots), 1, 1), found));
        }
        String address = "10.0.0." + node + ":17310";
        List<Disk> disks = new ArrayList<>();
        for (int d = 0; d < DISKS; d++) {
            int id = disk(node, d);
            disks.add(new Disk(id, "disk-" + id, node + 1, "/data/" + d, DiskStatus.NORMAL, DrainState.NONE, 0, 0, ""));
        }
        Node row = new Node(
                node + 1, "node-" + node, "d" + node, address, address, "", 1, 1, DrainState.NONE, 0, 0, List.of());
        return new NodeAnswer(address, "", true, "c", 1, row, null, ClusterNote.NONE, disks, tables, List.of());
    }

    private static Table table(int table, int slots) {
        return new Table(table + 1, "t" + table, slots, COPIES, 1, "crc32c", TableState.NORMAL, 1, 0, "", 0);
    }

    private static Partition stored(int table, int p) {
        List<Member> members = new ArrayList<>();
        List<Long> inSync = new ArrayList<>();
        for (int copy = 0; copy < COPIES; copy++) {
            int node = (p + 37 * copy) % NODES;
            members.add(new Member(replica(p, copy), node + 1, disk(node, p), 0));
            inSync.add(replica(p, copy));
        }
        return new Partition(
                p + 1,
                table + 1,
                p % SLOTS,
                5,
                COPIES,
                members,
                null,
                0,
                inSync,
                inSync.getFirst(),
                RestoreMutex.STOP,
                0);
    }

    private static long replica(int partition, int copy) {
        return (long) COPIES * partition + copy + 1;
    }

    private static int disk(int node, int partition) {
        return node * DISKS + partition % DISKS + 1;
    }

    /** Only the merging. */
    @Benchmark
    public Collected merge() {
        Collected collected = new Collected();
        answers.forEach(collected::merge);
        return collected;
    }

    @Benchmark
    public RebuildPlan mergeAndPlan() {
        return RebuildPlan.of(merge(), new Options(false, false, false));
    }
}
