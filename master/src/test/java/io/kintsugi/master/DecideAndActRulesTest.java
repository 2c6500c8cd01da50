package io.kintsugi.master;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.kintsugi.master.plan.MoveAdmission;
import io.kintsugi.master.plan.balance.Layout;
import io.kintsugi.master.plan.rebuild.Collected;
import io.kintsugi.master.port.Proposer;
import org.junit.jupiter.api.Test;

/** Which ring may use what: decide (view, plan) and the leader's part of act (driver, transport). */
class DecideAndActRulesTest {
    private static final JavaClasses MASTER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.kintsugi.master");

    @Test
    void plansArePure() {
        classes()
                .that()
                .resideInAPackage("..master.plan..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java.lang..",
                        "java.util",
                        "java.util.function..",
                        "java.util.stream..",
                        "java.time..",
                        "..master.plan..",
                        "..master.view..",
                        "..master.model..",
                        "..master.command..")
                .check(MASTER);
        noClasses()
                .that()
                .resideInAnyPackage("..master.plan..", "..master.view..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .check(MASTER);
        methods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage("..master.plan..")
                .and()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .haveModifier(JavaModifier.FINAL)
                .and()
                .areDeclaredInClassesThat()
                .areNotAssignableTo(Record.class)
                .and()
                .areDeclaredInClassesThat()
                .areNotEnums()
                .and()
                .areDeclaredInClassesThat()
                .areNotAssignableTo(MoveAdmission.Queue.class) // one look at one view, which nobody keeps
                .and()
                .areDeclaredInClassesThat()
                .areNotAssignableTo(Layout.class) // the same: it takes the steps that it plans
                .and()
                .areDeclaredInClassesThat()
                .areNotAssignableTo(Collected.class) // the input of one plan, too large to be merged by copying
                .should()
                .beStatic()
                .check(MASTER);
    }

    @Test
    void driversSeeViewsAndNeverTheState() {
        noClasses()
                .that()
                .resideInAPackage("..master.driver..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..master.state..")
                .check(MASTER);
    }

    @Test
    void onlyTheLoopAndTheServicesProposeAndDriversOnlyThroughTheirNarrowPorts() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "..master.driver..", "..master.transport..", "..master.consensus..", "..master.boot..")
                .should()
                .dependOnClassesThat(assignableTo(Proposer.class))
                .check(MASTER);
        noClasses()
                .that()
                .resideInAPackage("..master.driver..")
                .and()
                .haveSimpleNameEndingWith("Driver")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(Proposer.class.getName())
                .check(MASTER);
    }

    @Test
    void nothingSleepsPrintsStackTracesOrExits() {
        noClasses()
                .that()
                .resideInAnyPackage("..master.view..", "..master.plan..", "..master.driver..", "..master.transport..")
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(MASTER);
    }

    @Test
    void grpcAndHttpAreTransportsBusiness() {
        noClasses()
                .that()
                .resideInAnyPackage("..master.view..", "..master.plan..", "..master.driver..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "io.vertx..", "com.fasterxml..")
                .check(MASTER);
        noClasses()
                .that()
                .resideInAPackage("..master.driver..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..master.transport..")
                .check(MASTER);
    }
}
