package io.kintsugi.sim.datanode;

import static io.kintsugi.mutants.PlantedBug.bug;
import static io.kintsugi.mutants.PlantedBug.edit;

import io.kintsugi.mutants.DirectTests;
import io.kintsugi.mutants.PlantedBug;
import io.kintsugi.sim.datanode.SimDisk.Fault;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Disks that fail: the tests of a datanode on virtual time notice what it does wrong. */
@Execution(ExecutionMode.CONCURRENT)
class BadDiskBugsTest {
    private static final String HOST = "io.kintsugi.datanode.host.";
    private static final String STORE = "io.kintsugi.datanode.store.";

    /** The tests that are to notice one of the bugs, by number. */
    public static final class Tests extends DirectTests {
        public Tests() {
            super(
                    () -> test(BadDiskTest::theDiskIsToldOfBeforeTheReplicasOnIt),
                    () -> test(BadDiskTest::aBrokenDiskStaysBrokenThroughRestartsUntilItIsRecovered),
                    () -> test(BadDiskTest::aBrokenDiskStaysBrokenThroughRestartsUntilItIsRecovered),
                    () -> test(BadDiskTest::aBrokenDiskStaysBrokenThroughRestartsUntilItIsRecovered),
                    () -> test(t -> t.theProbeFindsADiskThatNobodyUses(Fault.SYNC)),
                    () -> test(t -> t.theProbeFindsADiskThatNobodyUses(Fault.SYNC)),
                    () -> test(BadDiskTest::whatIsLeftWithoutTheMountIsNotTakenForTheDiskWhoeverRecoversIt),
                    () -> test(BadDiskTest::aDiskThatIsNotMountedWhenItsAgentStartsIsWaitedFor),
                    () -> test(BadDiskTest::aRecoveryThatFailsSaysWhyAndTheNextMaySucceed));
        }

        private static void test(Consumer<BadDiskTest> run) {
            run.accept(new BadDiskTest());
        }
    }

    static List<PlantedBug> bugs() {
        return List.of(
                disks(
                        "DISK_TOLD_LAST",
                        "a broken disk's replicas are told of as lost before the disk is",
                        edit(
                                HOST + "DiskHost",
                                "uplink().disk(report()); for (ReplicaHost replica",
                                "for (ReplicaHost replica")),
                disks(
                        "BREAKDOWN_NOT_KEPT",
                        "that a disk is given up isn't kept in the agent's own directory",
                        edit(HOST + "DiskHealthState", "bad = bad.givenUp(); keep(bad);", "bad = bad.givenUp();")),
                disks(
                        "BROKEN_DISK_OPENED",
                        "a restart uses a disk that was given up",
                        edit(HOST + "DiskOpener", "if (bad.filter(BadDisk::broken).isPresent()) {", "if (false) {")),
                disks(
                        "ERRORS_NOT_FORGOTTEN",
                        "a recovered disk is broken again after the next restart",
                        edit(STORE + "NodeDirectory", "if (forget) { bad.remove(path.toString()); }", "")),
                disks(
                        "DISK_NOT_PROBED",
                        "a disk that nobody uses isn't probed",
                        edit(
                                HOST + "DiskHealthState",
                                "DiskProbe.run(disk.context().files(), disk.layout().root());",
                                "")),
                disks(
                        "PROBE_NOT_REGISTERED",
                        "an error that no partition's work met is registered for none",
                        edit(
                                HOST + "DiskHealthState",
                                "partitions.isEmpty() ? List.of(BadDisk.NO_PARTITION) : partitions",
                                "partitions")),
                disks(
                        "UNMOUNTED_DISK_FORMATTED",
                        "the directory below a missing mount is taken for a new disk",
                        edit(
                                HOST + "DiskOpener",
                                "if (!mounted && context.node().wasMounted(path)) {",
                                "if (false) {")),
                disks(
                        "MOUNT_NOT_KEPT",
                        "that a disk was mounted isn't kept",
                        edit(STORE + "NodeDirectory", "if (mounted) { mounts.add(path.toString()); }", "")),
                disks(
                        "RECOVERY_ERROR_NOT_TOLD",
                        "why a recovery failed isn't told",
                        edit(
                                HOST + "DiskOpener",
                                ".setRequest(request).setError(error).build()",
                                ".setRequest(request).build()")));
    }

    private static PlantedBug disks(String name, String what, PlantedBug.Edit... edits) {
        return bug(name, "disks", what, edits);
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void isNoticed(PlantedBug bug) {
        new Tests().mustNotice(bug, bugs().indexOf(bug));
    }
}
