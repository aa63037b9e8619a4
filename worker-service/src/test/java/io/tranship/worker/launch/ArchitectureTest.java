package io.tranship.worker.launch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final Set<String> CORE =
            Set.of(
                    "Claim",
                    "LogMemory",
                    "Runners",
                    "Evidence",
                    "LaunchTimes",
                    "Lease",
                    "StopCause",
                    "RunnerExit",
                    "RunnerWord",
                    "Handover",
                    "Warmup",
                    "RunnerTimes");

    private final com.tngtech.archunit.core.domain.JavaClasses classes =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.tranship.worker");

    @Test
    void theRunnerKnowsNoFrameworkAndNoLauncher() {
        noClasses()
                .that()
                .resideInAPackage("io.tranship.worker.run")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..",
                        "jakarta..",
                        "org.eclipse.microprofile..",
                        "io.smallrye..",
                        "io.micrometer..",
                        "io.tranship.worker.launch..")
                .check(classes);
    }

    @Test
    void theCoreKnowsOnlyThePublishedLanguage() {
        noClasses()
                .that(areCore())
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("java..", "io.tranship..", "org.jspecify..")
                .check(classes);
    }

    private static DescribedPredicate<JavaClass> areCore() {
        return DescribedPredicate.describe(
                "are core",
                type -> {
                    var outermost = type;
                    while (outermost.getEnclosingClass().isPresent()) {
                        outermost = outermost.getEnclosingClass().get();
                    }
                    return CORE.contains(outermost.getSimpleName());
                });
    }
}
