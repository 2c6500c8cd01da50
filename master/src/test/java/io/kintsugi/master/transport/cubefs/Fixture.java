package io.kintsugi.master.transport.cubefs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Command.DiskFact;
import io.kintsugi.master.command.Command.Placement;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.state.Applied;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.master.state.MasterCore;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.NodeFacts;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.SoftState;
import io.kintsugi.master.view.View;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A cluster at one moment, made by commands alone: four datanodes 10.0.0.1 to .4 with two disks each (ids 1 to 8 in order), table orders
 * of two partitions with three replicas, table logs of one with two.
 */
final class Fixture {
    /** 2024-09-19 11:59:08 UTC. */
    static final long START = 1_726_747_148_000L;

    private static final long GB = 1L << 30;

    final SoftState soft = new SoftState();
    private final MasterCore core = new MasterCore();
    private ClusterView state = core.empty();
    private long index;
    long now = START;

    Fixture() {
        ok(new Command.InitCluster("c-1", 1));
        for (int n = 1; n <= 4; n++) {
            String host = "10.0.0." + n;
            List<DiskFact> disks = IntStream.rangeClosed(1, 2)
                    .mapToObj(d -> new DiskFact(host + "#" + d, "/data/" + d))
                    .toList();
            int id = (int)
                    ok(new Command.RegisterNode(host, "d" + n, host + ":17310", host + ":17320", "z1", "", disks));
            live(id, Liveness.ALIVE);
        }
        for (int d = 1; d <= 8; d++) {
            disk(d, DiskFacts.Health.OK);
        }
        soft.judge();
        ok(new Command.CreateTable(
                "orders",
                3,
                1,
                "crc32c",
                List.of(new Placement(List.of(1, 3, 5)), new Placement(List.of(3, 1, 7))),
                "ana",
                30));
        ok(new Command.CreateTable("logs", 2, 1, "crc32c", List.of(new Placement(List.of(2, 4)))));
        state.partitions().values().forEach(this::serve);
    }

    long ok(Command command) {
        Applied applied = core.apply(new LogPosition(1, ++index), List.of(new Envelope("", 0, now, "test", command)));
        ClusterView old = state;
        state = applied.state();
        state.partitions().forEach((id, p) -> {
            Partition before = old.partitions().get(id);
            if (before != p) {
                soft.changed(before, p);
            }
        });
        Outcome outcome = applied.outcomes().getFirst();
        assertThat(outcome.accepted())
                .as("%s: %s %s", command, outcome.reason(), outcome.message())
                .isTrue();
        return outcome.value();
    }

    void live(int node, Liveness liveness) {
        boolean alive = liveness == Liveness.ALIVE;
        soft.put(new NodeFacts(node, liveness, alive, alive, nanos(), nanos()));
    }

    void disk(int disk, DiskFacts.Health health) {
        soft.put(new DiskFacts(disk, health, "", 20 * GB, 100 * GB));
    }

    /** Every in-sync replica has reported the partition's epoch. */
    void serve(Partition p) {
        p.all().stream()
                .filter(m -> p.isInSync(m.replica()))
                .forEach(m -> replica(
                        p, m, m.replica() == p.primary() ? ReplicaFacts.Role.PRIMARY : ReplicaFacts.Role.MEMBER, 0, 0));
    }

    void replica(Partition p, Member m, ReplicaFacts.Role role, long copied, long toCopy) {
        ReplicaFacts.State does = toCopy > copied ? ReplicaFacts.State.SEEDING : ReplicaFacts.State.OK;
        long bytes = toCopy == 0 ? 5 * GB : copied;
        soft.put(
                new ReplicaFacts(
                        m.replica(),
                        p.id(),
                        m.node(),
                        m.disk(),
                        p.epoch(),
                        role,
                        does,
                        1,
                        10,
                        bytes,
                        copied,
                        toCopy,
                        ""),
                p,
                nanos());
    }

    /** Partition 1 is on its way from 10.0.0.1:/data/1 to 10.0.0.4:/data/2, a fifth of it copied; partition 2 waits there. */
    long drainOfDisk1() {
        long drain = ok(new Command.DecommissionDisk(1, 4));
        after(1_000);
        ok(new Command.AdmitDisk(drain, op(drain).revision(), true, "", ""));
        long move = ok(new Command.AdmitMove(
                drain,
                1,
                partition(1).epoch(),
                partition(1).onDisk(1).orElseThrow().replica()));
        ok(new Command.StartMove(move, op(move).revision(), 1, partition(1).epoch(), 8));
        serve(partition(1));
        after(2_000);
        replica(partition(1), partition(1).joining(), ReplicaFacts.Role.MEMBER, 2_022, 10_000);
        after(500);
        return drain;
    }

    void after(long millis) {
        now += millis;
    }

    Partition partition(int id) {
        return state.partition(id).orElseThrow();
    }

    Op op(long id) {
        return state.op(id).orElseThrow();
    }

    private long nanos() {
        return TimeUnit.MILLISECONDS.toNanos(now - START);
    }

    View view() {
        return new View(state, soft, nanos(), now, 1);
    }
}
