package io.tranship.worker.launch;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// Finds what a runner needs in the launcher's own class path: a tenth of it, so that a runner is
/// small and starts fast.
final class RunnerClassPath {

    /// File names, with or without the group that a Quarkus package puts before them.
    private static final Pattern NEEDED =
            Pattern.compile(
                    "(.*\\.)?(worker-service|connectors|schemas|kafka-clients|postgresql|avro|jackson-core|jackson-databind|jackson-annotations|slf4j-api|jspecify|lz4-java|snappy-java|zstd-jni)-\\d[^/]*\\.jar");

    private static final Pattern TESTS = Pattern.compile(".*-tests\\.jar");
    private static final String QUARKUS = "quarkus-run.jar";

    private RunnerClassPath() {}

    /// @param launcher the launcher's `java.class.path`: jars, class folders, or `quarkus-run.jar`
    static List<Path> of(String launcher) {
        var found = new ArrayList<Path>();
        for (var entry : Arrays.asList(launcher.split(File.pathSeparator))) {
            var path = Path.of(entry).toAbsolutePath().normalize();
            if (path.endsWith(QUARKUS)) {
                found.addAll(jars(path.resolveSibling("app")));
                found.addAll(jars(path.resolveSibling("lib").resolve("main")));
            } else if (isNeeded(path)) {
                found.add(path);
            }
        }
        if (found.stream().noneMatch(p -> p.toString().contains("kafka-clients"))) {
            throw new IllegalStateException(
                    "no class path for runners in '%s'; set tranship.runner.class-path"
                            .formatted(launcher));
        }
        return found.stream().distinct().toList();
    }

    private static List<Path> jars(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(RunnerClassPath::isNeeded).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isNeeded(Path path) {
        var name = path.getFileName().toString();
        return name.equals("classes")
                ? Files.isDirectory(path.resolve("io/tranship"))
                : NEEDED.matcher(name).matches() && !TESTS.matcher(name).matches();
    }
}
