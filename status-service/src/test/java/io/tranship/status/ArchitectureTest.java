package io.tranship.status;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final Pattern OUTSIDE =
            Pattern.compile(
                    ".*(Resource|Consumer|Publisher|Store|Config|Codec|Loop|Metrics|Streams|StartCheck|Streamed|Clocks)$");

    private static final DescribedPredicate<JavaClass> CORE =
            DescribedPredicate.describe("core", type -> !isOutside(type));

    private static final JavaClasses SERVICE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.tranship.status");

    @Test
    void theCoreImportsNoFramework() {
        classes()
                .that(CORE)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", "io.tranship.schemas..", "io.tranship.status..", "org.jspecify..")
                .check(SERVICE);
    }

    @Test
    void theCoreKnowsNoEdge() {
        noClasses()
                .that(CORE)
                .should()
                .dependOnClassesThat(DescribedPredicate.not(CORE).and(ours()))
                .check(SERVICE);
    }

    @Test
    void sqlIsOnlyInStores() {
        noClasses()
                .that()
                .haveNameMatching(".*(Consumer|Resource|Loop|Streams|Publisher)")
                .should()
                .dependOnClassesThat()
                .haveSimpleName("RowCodec")
                .check(SERVICE);
    }

    private static DescribedPredicate<JavaClass> ours() {
        return DescribedPredicate.describe(
                "of this service", type -> type.getPackageName().equals("io.tranship.status"));
    }

    private static boolean isOutside(JavaClass type) {
        var outermost = type;
        while (outermost.getEnclosingClass().isPresent()) {
            outermost = outermost.getEnclosingClass().get();
        }
        return OUTSIDE.matcher(outermost.getSimpleName()).matches();
    }
}
