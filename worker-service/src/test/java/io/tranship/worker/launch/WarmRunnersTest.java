package io.tranship.worker.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tranship.worker.launch.LauncherSettings.Processes;
import io.tranship.worker.run.Warmup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runners that are kept warm, by a stand-in for the JVM that writes down when it was started.
class WarmRunnersTest {

    @TempDir Path folder;

    private List<Long> startsMillis() throws IOException {
        var starts = folder.resolve("starts");
        return Files.exists(starts)
                ? Files.readAllLines(starts).stream().map(Long::parseLong).toList()
                : List.of();
    }

    private ProcessLaunchMode mode(String then) throws IOException {
        var java =
                Files.writeString(
                        folder.resolve("java"),
                        "#!/bin/sh\n/bin/date +%%s%%3N >> %s\n%s\n"
                                .formatted(folder.resolve("starts"), then));
        assertThat(java.toFile().setExecutable(true)).isTrue();
        var scratch = Files.createDirectory(folder.resolve("scratch"));
        return new ProcessLaunchMode(
                new Processes(
                        java,
                        List.of(folder),
                        "64m",
                        List.of(),
                        null,
                        scratch,
                        1,
                        Duration.ofSeconds(5)),
                new Warmup(Map.of(), "t."));
    }

    @Test
    void oneThatExitsAtOnceIsReplacedAfterPausesThatGrow() throws IOException {
        try (var mode = mode("exit 1")) {
            await().atMost(Duration.ofSeconds(20)).until(() -> startsMillis().size() >= 3);
            var starts = startsMillis();

            assertThat(starts.get(1) - starts.get(0)).isGreaterThan(950);
            assertThat(starts.get(2) - starts.get(1)).isGreaterThan(1_950);
            assertThat(mode.isAble()).isTrue();
        }
    }

    /// As one does that cannot be initialized after it has said that it is ready.
    @Test
    void oneThatEndsAsSoonAsItIsWarmIsReplacedAfterAPause() throws IOException {
        try (var mode = mode("echo READY; exit 1")) {
            await().atMost(Duration.ofSeconds(20)).until(() -> startsMillis().size() >= 3);
            var starts = startsMillis();

            assertThat(starts.get(2) - starts.get(0)).isGreaterThan(1_900);
            assertThat(mode.isAble()).isTrue();
        }
    }
}
