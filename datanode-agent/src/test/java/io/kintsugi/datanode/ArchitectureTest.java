package io.kintsugi.datanode;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may know whom in the agent. The replica's logic must stay runnable by a simulator: no thread, clock, chance or I/O. */
class ArchitectureTest {
    private static JavaClasses agent;

    @BeforeAll
    static void read() {
        agent = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.kintsugi.datanode");
    }

    @Test
    void replicaLogicDependsOnNothing() {
        classes()
                .that()
                .resideInAPackage("..datanode.replica..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java.lang..", "java.util..", "java.time", "..datanode.replica..")
                .check(agent);
    }

    @Test
    void replicaLogicHasNoThreadClockOrChance() {
        noClasses()
                .that()
                .resideInAPackage("..datanode.replica..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent..", "java.util.random..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(agent);
    }

    @Test
    void workRunsWhereTheRuntimePutsItSoThatASimulationCanRunTheHost() {
        noClasses()
                .that()
                .resideInAnyPackage("..datanode.host..", "..datanode.store..")
                .and()
                .haveNameNotMatching(".*\\.host\\.(ThreadRuntime|EventLoop|BatchThread|Threads)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.Executors")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.util.concurrent.Executor.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .callMethod(java.util.Collection.class, "parallelStream")
                .check(agent);
    }

    @Test
    void filesAreTouchedByWayOfThePortsOnly() {
        noClasses()
                .that()
                .resideInAnyPackage("..datanode.host..", "..datanode.transport..")
                .or()
                .haveSimpleName("DiskFormat")
                .or()
                .haveSimpleName("DiskContents")
                .or()
                .haveSimpleName("NodeDirectory")
                .or()
                .haveSimpleName("Manifest")
                .or()
                .haveSimpleName("ReplicaStore")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.nio.file.Files")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.kintsugi.datanode.store.DurableFiles")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("org.rocksdb..")
                .check(agent);
    }

    @Test
    void rocksDbStaysInTheStore() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..datanode.store..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.rocksdb..")
                .check(agent);
    }

    @Test
    void grpcStaysInTransportAndBoot() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..datanode.transport..", "..datanode.boot..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.grpc..")
                .check(agent);
    }

    @Test
    void packagesHaveNoCycle() {
        slices().matching("io.kintsugi.datanode.(*)..")
                .should()
                .beFreeOfCycles()
                .check(agent);
    }
}
