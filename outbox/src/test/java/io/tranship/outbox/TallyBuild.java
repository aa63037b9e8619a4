package io.tranship.outbox;

import io.quarkus.bootstrap.BootstrapException;
import io.quarkus.bootstrap.app.QuarkusBootstrap;
import io.quarkus.paths.PathList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/// Builds the tests' service as it would be deployed, so that it can be run and killed.
final class TallyBuild {

    private static final class Once {
        private static final Path JAR = into(Path.of("target", "tally"));
    }

    private TallyBuild() {}

    /// The jar to run, built once for all tests of this JVM.
    static Path jar() {
        return Once.JAR;
    }

    private static Path into(Path folder) {
        var module = Path.of("").toAbsolutePath();
        var settings = new Properties();
        settings.setProperty("quarkus.package.jar.type", "fast-jar");
        try (var app =
                QuarkusBootstrap.builder()
                        .setApplicationRoot(
                                PathList.of(
                                        module.resolve("target/classes"),
                                        module.resolve("target/test-classes")))
                        .setProjectRoot(module)
                        .setTargetDirectory(Files.createDirectories(module.resolve(folder)))
                        .setMode(QuarkusBootstrap.Mode.PROD)
                        .setIsolateDeployment(false)
                        .setBaseName("tally")
                        .setBuildSystemProperties(settings)
                        .setLocalProjectDiscovery(false)
                        .build()
                        .bootstrap()) {
            return app.createAugmentor().createProductionApplication().getJar().getPath();
        } catch (IOException | BootstrapException trouble) {
            throw new IllegalStateException("The tests' service cannot be built", trouble);
        }
    }
}
