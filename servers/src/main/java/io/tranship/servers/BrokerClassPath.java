package io.tranship.servers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The broker's jars, found in the local Maven repository from which this build came.
///
/// They stay off our own class path: the broker brings Scala and server parts that a client must
/// not see.
final class BrokerClassPath {

    private static final String REPOSITORY = "@repo@";

    /// group folders, artifact, version, file: org/apache/kafka/kafka-clients/<version>/<file>
    private static final int LEVELS_BELOW_REPOSITORY = 6;

    private BrokerClassPath() {}

    static String resolve() {
        var repository = repository();
        var jars =
                Stream.of(listed().split("\\|", -1))
                        .map(entry -> Path.of(entry.replace(REPOSITORY, repository.toString())))
                        .peek(BrokerClassPath::require);
        return Stream.concat(Stream.of(OwnClassPath.locationOf(WatchedProcess.class)), jars)
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static void require(Path jar) {
        if (!Files.exists(jar)) {
            throw new ServerException(
                    "the broker's jar %s is missing; build again with Maven".formatted(jar));
        }
    }

    private static Path repository() {
        var told = System.getProperty("tranship.maven-repository");
        if (told != null) {
            return Path.of(told);
        }
        var jar = OwnClassPath.locationOf(org.apache.kafka.clients.admin.Admin.class);
        for (var level = 0; level < LEVELS_BELOW_REPOSITORY && jar != null; level++) {
            jar = jar.getParent();
        }
        if (jar == null || !Files.isDirectory(jar.resolve("org/apache/kafka"))) {
            return Path.of(System.getProperty("user.home"), ".m2", "repository");
        }
        return jar;
    }

    private static String listed() {
        try (var stream = BrokerClassPath.class.getResourceAsStream("broker.classpath")) {
            if (stream == null) {
                throw new ServerException(
                        "broker.classpath is missing; build the module servers with Maven");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
