package io.kintsugi.sim.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.Partition;
import io.kintsugi.sim.datanode.SimDisk;
import io.kintsugi.sim.datanode.SimNode;
import io.kintsugi.sim.world.World;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The only copy of a partition lies on a disk that refuses to write: what was acknowledged is there again, elsewhere, without a human. */
class SalvageTest {
    private Cluster cluster;
    private Clients clients;

    /** One replica of each partition, and clients that write. */
    private void atWork(long seed) {
        World world = new World(seed, 1000);
        Plan drawn = Plan.drawn(new SplittableRandom(seed), Duration.ofSeconds(40));
        Plan plan = new Plan(
                3,
                3,
                2,
                1,
                3,
                1,
                1,
                2,
                4,
                1,
                drawn.faultEvery(),
                drawn.verbEvery(),
                100 * Plan.MS,
                600_000,
                0,
                Duration.ofSeconds(40),
                drawn.raft(),
                drawn.node());
        cluster = new Cluster(world, plan);
        cluster.masters.onEntry(new StateLaws(world)::check);
        new ViewLaws(cluster);
        new OpLaws(cluster);
        cluster.begin();
        clients = new Clients(cluster);
        world.run(Duration.ofSeconds(5));
    }

    private Partition partition() {
        return cluster.state().partitions().values().iterator().next();
    }

    private SimDisk diskOf(Member m) {
        String path = cluster.state().disk(m.disk()).orElseThrow().path();
        return cluster.node(m.node()).disks().stream()
                .filter(d -> d.root().toString().equals(path))
                .findFirst()
                .orElseThrow();
    }

    private void settings(String auto, String repair) {
        cluster.ask(new Command.SetSettings(Map.of("EnableAutoDecommission", auto, "AutoDpMetaRepairMode", repair)));
    }

    private void nothingIsLost() {
        clients.end();
        cluster.must("clients get their answers", cluster.plan.bound(), clients::idle);
        clients.readAll();
        cluster.must("every key is read", cluster.plan.bound(), clients::idle);
        clients.check();
        cluster.nodes.forEach(SimNode::end);
    }

    private boolean elsewhere(Partition was) {
        Partition now = cluster.state().partition(was.id()).orElseThrow();
        return now.members().stream()
                .noneMatch(m -> m.disk() == was.members().getFirst().disk());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void theRuleCopiesItFromTheBrokenDisk(long seed) {
        atWork(seed);
        settings("false", "on");
        Partition was = partition();
        SimDisk disk = diskOf(was.members().getFirst());

        disk.fault(seed % 2 == 0 ? SimDisk.Fault.WRITE : SimDisk.Fault.SYNC, true);

        cluster.must("it is elsewhere", cluster.plan.bound(), () -> elsewhere(was) && cluster.healthy());
        assertThat(cluster.state().ops())
                .filteredOn(op -> op.kind() == OpKind.REPAIR && op.move().partition() == was.id())
                .extracting(op -> op.move().rule())
                .contains("LastCopy");
        nothingIsLost();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void theDrainOfTheBrokenDiskCopiesIt(long seed) {
        atWork(seed);
        settings("true", "off");
        Partition was = partition();

        diskOf(was.members().getFirst()).fault(SimDisk.Fault.SYNC, true);

        cluster.must("it is elsewhere", cluster.plan.bound(), () -> elsewhere(was) && cluster.healthy());
        nothingIsLost();
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void itIsCopiedFromTheDiskAfterItsAgentWasStartedAgain(long seed) {
        atWork(seed);
        settings("false", "off");
        Partition was = partition();
        Member only = was.members().getFirst();
        diskOf(only).fault(SimDisk.Fault.SYNC, true);
        broken(only);
        SimNode node = cluster.node(only.node());
        node.crash();
        cluster.world.run(Duration.ofSeconds(1));
        node.start();

        settings("false", "on");

        cluster.must("it is elsewhere", cluster.plan.bound(), () -> elsewhere(was) && cluster.healthy());
        nothingIsLost();
    }

    /** At any moment of the copy: whoever is first, the other is refused, and the old one never promises anything in its old epoch. */
    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34, 35, 36, 37, 38, 39, 40})
    void aDiskThatIsGivenBackMeanwhileLosesNothing(long seed) {
        atWork(seed);
        settings("false", "on");
        Partition was = partition();
        Member only = was.members().getFirst();
        SimDisk disk = diskOf(only);
        disk.fault(SimDisk.Fault.SYNC, true);
        broken(only);
        SplittableRandom random = new SplittableRandom(seed);
        cluster.world.run(Duration.ofMillis(random.nextInt(1_500)));
        disk.fault(SimDisk.Fault.SYNC, false);

        cluster.ask(new Command.RecoverDisk(only.disk()));

        cluster.must("it is served", cluster.plan.bound(), () -> cluster.healthy());
        cluster.must(
                "nothing goes on",
                cluster.plan.bound(),
                () -> cluster.state().openOps().isEmpty() && cluster.nothingStray());
        nothingIsLost();
    }

    @Test
    void whatCannotBeReadIsNamedAndWaitedFor() {
        atWork(50);
        settings("false", "on");
        Partition was = partition();
        Member only = was.members().getFirst();
        SimDisk disk = diskOf(only);
        disk.fault(SimDisk.Fault.SYNC, true);
        disk.fault(SimDisk.Fault.READ, true);

        cluster.must("its op says why", cluster.plan.bound(), () -> cluster.state().openOps().stream()
                .anyMatch(op -> op.isRepair()
                        && op.reason().equals("SALVAGE_UNREADABLE")
                        && op.message().contains("Input/output error")));
        disk.fault(SimDisk.Fault.READ, false);

        cluster.must("it is elsewhere", cluster.plan.bound(), () -> elsewhere(was) && cluster.healthy());
        nothingIsLost();
    }

    private void broken(Member m) {
        cluster.must(
                "the masters know",
                cluster.plan.bound(),
                () -> cluster.state().disk(m.disk()).orElseThrow().status() == DiskStatus.UNAVAILABLE);
    }
}
