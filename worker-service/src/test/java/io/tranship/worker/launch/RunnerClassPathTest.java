package io.tranship.worker.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunnerClassPathTest {

    @TempDir Path folder;

    @Test
    void ofAQuarkusPackageARunnerTakesWhatItNeedsAndNoFramework() throws IOException {
        jar("quarkus-run.jar");
        jar("app/worker-service-0.1.0-SNAPSHOT.jar");
        jar("lib/main/io.tranship.connectors-0.1.0-SNAPSHOT.jar");
        jar("lib/main/io.tranship.schemas-0.1.0-SNAPSHOT.jar");
        jar("lib/main/org.apache.kafka.kafka-clients-4.4.0.jar");
        jar("lib/main/io.quarkus.quarkus-kafka-client-3.34.2.jar");
        jar("lib/main/org.jboss.slf4j.slf4j-jboss-logmanager-2.0.2.Final.jar");

        var names =
                RunnerClassPath.of(folder.resolve("quarkus-run.jar").toString()).stream()
                        .map(path -> path.getFileName().toString());

        assertThat(names)
                .containsExactlyInAnyOrder(
                        "worker-service-0.1.0-SNAPSHOT.jar",
                        "io.tranship.connectors-0.1.0-SNAPSHOT.jar",
                        "io.tranship.schemas-0.1.0-SNAPSHOT.jar",
                        "org.apache.kafka.kafka-clients-4.4.0.jar");
    }

    @Test
    void thisBuildsOwnClassPathHoldsARunner() {
        assertThat(RunnerClassPath.of(System.getProperty("java.class.path")))
                .anyMatch(path -> path.endsWith("classes"))
                .noneMatch(path -> path.toString().contains("quarkus"));
    }

    @Test
    void aClassPathWithoutARunnerIsAnErrorThatNamesTheSetting() {
        assertThatThrownBy(() -> RunnerClassPath.of("/nowhere.jar"))
                .hasMessageContaining("tranship.runner.class-path");
    }

    private void jar(String name) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "");
    }
}
