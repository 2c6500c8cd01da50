package io.kintsugi.sim.datanode;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.proto.DiskHealth;
import io.kintsugi.proto.DiskReport;
import io.kintsugi.sim.datanode.SimDisk.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk that refuses: registered, told, kept through restarts, and used again on an operator's word alone. */
class BadDiskTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final NodesRun run = new NodesRun(3, 0);
    private final SimNode node = run.nodes.get("d1");

    private SimDisk atWork() {
        assertThat(run.world.runUntil(SOON, run.master::healthy)).isTrue();
        run.world.run(Duration.ofSeconds(2));
        return node.disks().stream()
                .filter(disk -> disk.root()
                        .toString()
                        .equals(node.host().reports().stream()
                                .flatMap(r -> node.host().disks().stream().filter(d -> d.id() == r.getDisk()))
                                .map(d -> d.path())
                                .findFirst()
                                .orElseThrow()))
                .findFirst()
                .orElseThrow();
    }

    private SimDisk idle() {
        SimDisk busy = atWork();
        return node.disks().stream().filter(disk -> disk != busy).findFirst().orElseThrow();
    }

    private boolean told(Predicate<DiskReport> of) {
        return run.world.runUntil(SOON, () -> run.master.disks("d1").stream().anyMatch(of));
    }

    private static boolean broken(DiskReport report) {
        return report.getHealth() == DiskHealth.DISK_BROKEN;
    }

    @ParameterizedTest
    @EnumSource(names = {"WRITE", "SYNC"})
    void anErrorOfAWriteIsRegisteredWithItsPartition(Fault fault) {
        SimDisk disk = atWork();
        disk.fault(fault, true);

        assertThat(told(report -> broken(report)
                        && report.getErrorPartitionsList().contains(MiniMaster.PARTITION)
                        && report.getFirstErrorMs() > 0
                        && report.getError().contains("Input/output error")))
                .isTrue();
    }

    @Test
    void theDiskIsToldOfBeforeTheReplicasOnIt() {
        SimDisk disk = atWork();
        disk.fault(Fault.SYNC, true);
        assertThat(told(BadDiskTest::broken)).isTrue();
        run.world.run(Duration.ofSeconds(2));
        assertThat(run.master.lostOnWorkingDisk()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"READ", "WRITE", "SYNC", "GONE"})
    void theProbeFindsADiskThatNobodyUses(Fault fault) {
        SimDisk disk = idle();
        disk.fault(fault, true);

        assertThat(told(report ->
                        broken(report) && report.getErrorPartitionsList().equals(List.of(0))))
                .isTrue();
    }

    @Test
    void aBrokenDiskStaysBrokenThroughRestartsUntilItIsRecovered() {
        SimDisk disk = atWork();
        disk.fault(Fault.SYNC, true);
        assertThat(told(BadDiskTest::broken)).isTrue();
        DiskReport first = report();
        disk.fault(Fault.SYNC, false);

        for (int restarts = 0; restarts < 3; restarts++) {
            node.crash();
            run.world.run(Duration.ofMillis(300));
            node.start();
            run.world.run(Duration.ofSeconds(40));
            assertThat(report().getError()).isEqualTo(first.getError());
            assertThat(report().getFirstErrorMs()).isEqualTo(first.getFirstErrorMs());
            assertThat(report().getErrorPartitionsList()).isEqualTo(first.getErrorPartitionsList());
            assertThat(node.host().disks()).hasSize(1);
        }

        run.master.recover();

        assertThat(run.world.runUntil(
                        SOON, () -> run.master.disks("d1").stream().noneMatch(BadDiskTest::broken)))
                .isTrue();
        assertThat(node.host().disks()).hasSize(2);
        assertThat(run.master.disks("d1")).allSatisfy(report -> {
            assertThat(report.getErrorPartitionsList()).isEmpty();
            assertThat(report.getFirstErrorMs()).isZero();
        });
        node.crash();
        node.start();
        run.world.run(Duration.ofSeconds(5));
        assertThat(node.host().disks()).hasSize(2);
    }

    @Test
    void aRecoveryThatFailsSaysWhyAndTheNextMaySucceed() {
        SimDisk disk = atWork();
        disk.fault(Fault.SYNC, true);
        assertThat(told(BadDiskTest::broken)).isTrue();

        run.master.recover();

        assertThat(told(report -> report.getRecovery().getError().contains("Input/output error")))
                .isTrue();
        assertThat(told(BadDiskTest::broken)).isTrue();
        disk.fault(Fault.SYNC, false);
        run.master.recover();
        assertThat(run.world.runUntil(
                        SOON, () -> run.master.disks("d1").stream().noneMatch(BadDiskTest::broken)))
                .isTrue();
    }

    @Test
    void replicasAreThereAgainUnderTheirIdsAfterARecovery() {
        SimDisk disk = atWork();
        long replica = node.host().reports().iterator().next().getReplica();
        run.master.leaveLostAlone();
        disk.fault(Fault.SYNC, true);
        assertThat(told(BadDiskTest::broken)).isTrue();
        disk.fault(Fault.SYNC, false);

        run.master.recover();

        assertThat(run.world.runUntil(SOON, run.master::healthy)).isTrue();
        assertThat(run.master.config().isInSync(replica)).isTrue();
        assertThat(run.master.replaced()).isZero();
    }

    @Test
    void aDiskThatRefusesWhenItsAgentStartsIsToldOfByItsIdentity() {
        SimDisk disk = idle();
        Set<Integer> known = new TreeSet<>();
        run.master.disks("d1").forEach(report -> known.add(report.getDisk()));
        node.crash();
        disk.fault(Fault.WRITE, true);
        node.start();

        assertThat(told(report -> broken(report) && report.getDisk() != 0)).isTrue();
        assertThat(known).contains(report().getDisk());
        disk.fault(Fault.WRITE, false);
        run.world.run(Duration.ofSeconds(40));
        assertThat(node.host().disks()).hasSize(1);
    }

    @Test
    void aDiskThatWasNotThereWhenItsAgentStartedIsUsedOnceItIs() {
        SimDisk disk = idle();
        node.crash();
        disk.fault(Fault.GONE, true);
        node.start();
        assertThat(told(BadDiskTest::broken)).isTrue();

        disk.fault(Fault.GONE, false);

        assertThat(run.world.runUntil(SOON, () -> node.host().disks().size() == 2))
                .isTrue();
        assertThat(run.world.runUntil(
                        SOON, () -> run.master.disks("d1").stream().noneMatch(BadDiskTest::broken)))
                .isTrue();
    }

    @Test
    void whatIsLeftWithoutTheMountIsNotTakenForTheDiskWhoeverRecoversIt() {
        SimDisk disk = mounted();
        long replica = node.host().reports().iterator().next().getReplica();
        run.master.leaveLostAlone();
        disk.unmount();
        assertThat(told(BadDiskTest::broken)).isTrue();

        run.master.recover();

        assertThat(told(report -> report.getRecovery().getError().contains("DISK_NOT_MOUNTED")))
                .isTrue();
        assertThat(disk.isEmpty()).as("nothing is formatted").isTrue();
        disk.mount();
        run.master.recover();
        assertThat(run.world.runUntil(SOON, run.master::healthy)).isTrue();
        assertThat(run.master.config().isInSync(replica)).isTrue();
        assertThat(run.master.replaced()).isZero();
    }

    @Test
    void aDiskThatIsNotMountedWhenItsAgentStartsIsWaitedFor() {
        SimDisk disk = mounted();
        node.crash();
        disk.unmount();
        node.start();
        assertThat(told(report -> broken(report) && report.getError().contains("DISK_NOT_MOUNTED")))
                .isTrue();
        assertThat(disk.isEmpty()).isTrue();

        disk.mount();

        assertThat(run.world.runUntil(SOON, () -> node.host().disks().size() == 2))
                .isTrue();
        assertThat(run.world.runUntil(SOON, run.master::healthy)).isTrue();
    }

    /** The one at work, as a file system of its own. */
    private SimDisk mounted() {
        SimDisk disk = atWork();
        node.crash();
        disk.mount();
        node.start();
        assertThat(run.world.runUntil(SOON, () -> node.host().disks().size() == 2))
                .isTrue();
        assertThat(run.world.runUntil(SOON, run.master::healthy)).isTrue();
        return disk;
    }

    private DiskReport report() {
        return run.master.disks("d1").stream()
                .filter(BadDiskTest::broken)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no disk is told of as broken"));
    }
}
