package io.tranship.connectors;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.tranship.connectors");

    private static final String POSTGRES = "io.tranship.connectors.postgres..";

    @Test
    void nothingKnowsKafkaOrAFramework() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "io.quarkus..",
                        "jakarta..",
                        "io.smallrye..",
                        "org.hibernate..")
                .check(CLASSES);
    }

    /// From PostgreSQL to PostgreSQL rows are in memory only. `Files` is asked whether a
    /// certificate can be read.
    @Test
    void nothingWritesAFile() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.(io\\.(File|FileOutputStream|FileWriter|RandomAccessFile|PrintWriter)|nio\\.channels\\.FileChannel|nio\\.MappedByteBuffer)")
                .orShould()
                .callMethodWhere(
                        DescribedPredicate.<JavaMethodCall>describe(
                                "writes by Files",
                                call ->
                                        call.getTargetOwner().isEquivalentTo(Files.class)
                                                && !call.getTarget().getName().startsWith("is")
                                                && !call.getTarget().getName().startsWith("read")))
                .check(CLASSES);
    }

    @Test
    void sqlIsSpokenByTheVendorsPackageOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage(POSTGRES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "org.postgresql..")
                .check(CLASSES);
    }

    @Test
    void vendorsAreKnownWhereEndpointsAreOpenedAndCheckedOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage(POSTGRES)
                .and(
                        DescribedPredicate.not(
                                JavaClass.Predicates.belongToAnyOf(
                                        Connections.class, EndpointCheck.class)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(POSTGRES)
                .check(CLASSES);
    }
}
