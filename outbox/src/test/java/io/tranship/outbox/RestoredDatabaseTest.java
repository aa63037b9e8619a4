package io.tranship.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A database that was restored from a backup is behind the offsets that its consumers committed.
class RestoredDatabaseTest {

    @TempDir Path folder;

    @Test
    void aRestoredDatabaseCatchesUpFromWhereItStands() throws Exception {
        var service = TallyService.in(folder);
        var early = values(0, 50);
        var late = values(50, 100);
        var backup = service.databaseName() + "_backup";

        service.kafka().send(service.topics().requests(), "k", early);
        try (var process = service.start("none", 1)) {
            process.until(() -> service.hasApplied(50));
        }
        service.copyDatabase(backup);
        service.kafka().send(service.topics().requests(), "k", late);
        try (var process = service.start("none", 1)) {
            process.until(() -> service.hasApplied(100));
        }

        var restored = service.restoredTo(backup);
        try (var process = restored.start("none", 1)) {
            process.until(() -> restored.hasApplied(100));
        }

        assertThat(restored.database().query("select value from tally order by n"))
                .isEqualTo(Stream.concat(early.stream(), late.stream()).toList());
    }

    private static List<String> values(int from, int to) {
        return IntStream.range(from, to).mapToObj(n -> "v" + n).toList();
    }
}
