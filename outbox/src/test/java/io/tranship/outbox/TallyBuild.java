package io.tranship.outbox;

import io.quarkus.bootstrap.app.QuarkusBootstrap;
import io.quarkus.paths.PathList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/// Builds the tests' service as it would be deployed, so that it can be run and killed.
final class TallyBuild {

    private TallyBuild() {}

    /// Returns the jar to run.
    static Path into(Path folder) throws Exception {
        var module = Path.of("").toAbsolutePath();
        var settings = new Properties();
        settings.setProperty("quarkus.package.jar.type", "fast-jar");
        var bootstrap =
                QuarkusBootstrap.builder()
                        .setApplicationRoot(
                                PathList.of(
                                        module.resolve("target/classes"),
                                        module.resolve("target/test-classes")))
                        .setProjectRoot(module)
                        .setTargetDirectory(Files.createDirectories(folder))
                        .setMode(QuarkusBootstrap.Mode.PROD)
                        .setIsolateDeployment(false)
                        .setBaseName("tally")
                        .setBuildSystemProperties(settings)
                        .setLocalProjectDiscovery(false)
                        .build();
        try (var app = bootstrap.bootstrap()) {
            return app.createAugmentor().createProductionApplication().getJar().getPath();
        }
    }
}
