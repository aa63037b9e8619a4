package io.tranship.dispatch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final Pattern OUTSIDE =
            Pattern.compile(
                    ".*(Resource|Consumer|Publisher|Ledger|Store|Config|Codec|Loop|Metrics|Problem)$");

    private static final DescribedPredicate<JavaClass> CORE =
            DescribedPredicate.describe(
                    "core", type -> type.getSimpleName().equals("Resource") || !isOutside(type));

    private final com.tngtech.archunit.core.domain.JavaClasses service =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.tranship.dispatch");

    @Test
    void theCoreImportsNoFramework() {
        classes()
                .that(CORE)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "io.tranship.schemas..",
                        "io.tranship.dispatch..",
                        "org.jspecify..")
                .check(service);
    }

    @Test
    void sqlIsOnlyAtTheEdge() {
        noClasses()
                .that()
                .haveNameMatching(".*(Consumer|Resource|Loop)")
                .should()
                .dependOnClassesThat()
                .haveSimpleName("RowCodec")
                .check(service);
    }

    private static boolean isOutside(JavaClass type) {
        var outermost = type;
        while (outermost.getEnclosingClass().isPresent()) {
            outermost = outermost.getEnclosingClass().get();
        }
        return OUTSIDE.matcher(outermost.getSimpleName()).matches();
    }
}
