package io.kintsugi.master;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.kintsugi.master.command.Command;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Random;
import java.util.Set;
import java.util.Timer;
import java.util.UUID;
import java.util.WeakHashMap;
import org.junit.jupiter.api.Test;

/** The core is deterministic and depends inward only. */
class CoreRingsTest {
    private static final String MODEL = "io.kintsugi.master.model..";
    private static final String COMMAND = "io.kintsugi.master.command..";
    private static final String STATE = "io.kintsugi.master.state..";
    private static final String[] CORE = {MODEL, COMMAND, STATE};

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.kintsugi.master.model", "io.kintsugi.master.command", "io.kintsugi.master.state");

    private static void holds(ArchRule rule) {
        rule.check(CLASSES);
    }

    @Test
    void dependenciesPointInward() {
        assertThat(CLASSES.size()).isGreaterThan(50);
        String wire = "io.kintsugi.common.wire..";
        holds(classes()
                .that()
                .resideInAPackage(MODEL)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", MODEL));
        holds(classes()
                .that()
                .resideInAPackage(COMMAND)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", wire, MODEL, COMMAND));
        holds(classes()
                .that()
                .resideInAPackage(STATE)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.pcollections..", wire, MODEL, COMMAND, STATE));
    }

    @Test
    void noClockNoChanceNoThreadsNoInputNoOutput() {
        holds(noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..",
                        "java.net..",
                        "java.nio.file..",
                        "java.nio.channels..",
                        "java.util.concurrent..",
                        "java.time.."));
        holds(noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Thread.class, Runtime.class, Random.class, ThreadLocal.class, Timer.class));
        noCalls(System.class, "currentTimeMillis", "nanoTime", "getenv", "getProperty", "identityHashCode");
        noCalls(Math.class, "random");
        noCalls(UUID.class, "randomUUID");
        // by the machine's locale: String.format takes one
        noCalls(String.class, "formatted");
    }

    @Test
    void nothingDependsOnTheOrderOfHashes() {
        holds(noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(HashMap.class, HashSet.class, IdentityHashMap.class, WeakHashMap.class));
    }

    @Test
    void nothingIsStoredByOrdinal() {
        DescribedPredicate<JavaAccess<?>> ordinal = describe(
                "a call of ordinal()",
                access -> access.getTarget().getName().equals("ordinal")
                        && access.getTargetOwner().isAssignableTo(Enum.class)
                        && !access.getOriginOwner().equals(access.getTargetOwner()));
        // a switch over an enum reads ordinals, in the enum itself or in a class that the compiler makes for it ($1):
        // never to store them
        holds(noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .and()
                .haveNameNotMatching(".*\\$\\d+")
                .should()
                .accessTargetWhere(ordinal));
    }

    @Test
    void noStaticFieldChanges() {
        holds(fields().that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(CORE)
                .and()
                .areStatic()
                .should()
                .beFinal());
    }

    @Test
    void everyCommandIsARecordOfTheSealedHierarchy() {
        assertThat(Command.class.isSealed()).isTrue();
        assertThat(Command.class.getPermittedSubclasses()).isNotEmpty().allMatch(Class::isRecord);
    }

    private static void noCalls(Class<?> owner, String... names) {
        Set<String> banned = Set.of(names);
        DescribedPredicate<JavaAccess<?>> call = describe(owner.getSimpleName() + banned, access -> {
            AccessTarget target = access.getTarget();
            return target.getOwner().isEquivalentTo(owner) && banned.contains(target.getName());
        });
        holds(noClasses().that().resideInAnyPackage(CORE).should().accessTargetWhere(call));
    }
}
