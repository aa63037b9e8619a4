package io.tranship.scheduler;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CoreTest {

    private static final List<String> EDGES =
            List.of(
                    "Resource",
                    "Consumer",
                    "Publisher",
                    "Store",
                    "Config",
                    "Codec",
                    "Probe",
                    "Loop");

    private static final DescribedPredicate<JavaClass> CORE =
            describe(
                    "core",
                    type -> EDGES.stream().noneMatch(outermost(type).getSimpleName()::endsWith));

    @Test
    void theCoreImportsNoFramework() {
        var types =
                new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("io.tranship.scheduler");

        assertThat(types.stream().filter(CORE)).hasSizeGreaterThan(15);
        classes()
                .that(CORE)
                .should()
                .onlyDependOnClassesThat(
                        describe(
                                "java, the published language, findings of connectors, or the core",
                                type ->
                                        type.getPackageName().startsWith("java.")
                                                || type.getPackageName()
                                                        .equals("org.jspecify.annotations")
                                                || type.getPackageName()
                                                        .equals("io.tranship.schemas")
                                                || type.getPackageName()
                                                        .equals("io.tranship.connectors")
                                                || (type.getPackageName()
                                                                .equals("io.tranship.scheduler")
                                                        && CORE.test(type))))
                .check(types);
    }

    /// A switch over an enum compiles to a class of its own.
    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(CoreTest::outermost).orElse(type);
    }
}
