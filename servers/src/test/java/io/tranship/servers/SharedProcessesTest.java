package io.tranship.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tests' servers live as long as a build that uses them.
final class SharedProcessesTest {

    @TempDir Path folder;

    @Test
    void theServersAreSharedAndEndWithTheLastBuildThatUsedThem() throws Exception {
        var cache = Files.createDirectories(SharedProcesses.folder().resolve("cache"));
        Files.createSymbolicLink(folder.resolve("cache"), cache);
        var one = new ProcessBuilder("sleep", "600").start();
        var other = new ProcessBuilder("sleep", "600").start();

        var servers = SharedProcesses.join(folder, one.toHandle());

        assertThat(SharedProcesses.join(folder, other.toHandle())).isEqualTo(servers);
        var supervisor = supervisor();
        one.destroy();
        other.destroy();
        supervisor.onExit().get(60, TimeUnit.SECONDS);
        assertThat(folder.resolve("run")).doesNotExist();
        assertThat(folder.resolve(SharedProcesses.STATE)).doesNotExist();
    }

    private ProcessHandle supervisor() throws Exception {
        var state = new Properties();
        try (var reader = Files.newBufferedReader(folder.resolve(SharedProcesses.STATE))) {
            state.load(reader);
        }
        return ProcessHandle.of(Long.parseLong(state.getProperty("supervisor"))).orElseThrow();
    }
}
