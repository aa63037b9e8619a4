package io.tranship.worker.launch;

import io.tranship.schemas.Topics;
import io.tranship.worker.run.RunnerTimes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one launcher is: its name, its room, its times, its broker.
///
/// @param kafka settings of every Kafka client here
/// @param transfersMax how many transfers of the log it remembers at most
record LauncherSettings(
        String launcher,
        String host,
        int room,
        Map<String, String> kafka,
        Topics topics,
        LaunchTimes times,
        Duration patience,
        int rowsPerChunk,
        int transfersMax) {

    LauncherSettings {
        if (room < 1) {
            throw new IllegalArgumentException(
                    "tranship.room is %d; a launcher needs room for 1 transfer or more"
                            .formatted(room));
        }
        kafka = Map.copyOf(kafka);
    }

    String group() {
        return topics.prefix() + "launchers";
    }

    RunnerTimes runnerTimes() {
        return new RunnerTimes(times.beat(), times.selfFence(), times.longestCall(), patience);
    }

    /// How a runner's process is made.
    ///
    /// @param aotFolder null: no AOT cache
    record Processes(
            Path java,
            List<Path> classPath,
            String heap,
            List<String> jvmOptions,
            @Nullable Path aotFolder,
            Path scratch,
            int warm,
            Duration startTimeout) {}
}
