package io.tranship.worker.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotCacheTest {

    @TempDir Path folder;

    @Test
    void oneRunnerRecordsAndTheNextOnesUseIt() throws IOException {
        var cache = cache(jar("1"));

        var first = cache.next();
        assertThat(first.jvmOptions()).singleElement().asString().startsWith("-XX:AOTCacheOutput=");
        assertThat(cache.next().jvmOptions()).isEmpty();

        Files.writeString(first.recordTo(), "cache");
        cache.recorded(first.recordTo(), true);

        assertThat(cache.next().jvmOptions())
                .singleElement()
                .asString()
                .startsWith("-XX:AOTCache=");
    }

    @Test
    void whatAnUnusedRunnerRecordedIsNotKept() throws IOException {
        var cache = cache(jar("1"));
        var first = cache.next();
        Files.writeString(first.recordTo(), "half");

        cache.recorded(first.recordTo(), false);

        assertThat(first.recordTo()).doesNotExist();
        assertThat(cache.next().recordTo()).isNotNull();
    }

    @Test
    void aChangedClassPathHasACacheOfItsOwn() throws IOException {
        var old = cache(jar("1"));
        var recorded = old.next();
        Files.writeString(recorded.recordTo(), "cache");
        old.recorded(recorded.recordTo(), true);

        assertThat(cache(jar("22")).next().recordTo()).isNotNull();
    }

    @Test
    void classFoldersAndAFolderThatCannotBeMadeMeanNoCache() throws IOException {
        var blocked = Files.writeString(folder.resolve("file"), "").resolve("below");

        assertThat(cache(folder).next().jvmOptions()).isEmpty();
        assertThat(new AotCache(blocked, List.of(jar("1")), List.of()).next().jvmOptions())
                .isEmpty();
        assertThat(new AotCache(null, List.of(jar("1")), List.of()).next().jvmOptions()).isEmpty();
    }

    @Test
    void draftsOfADayAndCachesOfAWeekAgoAreSweptButNotTheOneInUse() throws IOException {
        var jar = jar("1");
        var recorded = cache(jar).next();
        Files.writeString(recorded.recordTo(), "cache");
        var aot = folder.resolve("aot");
        var current = Path.of(recorded.recordTo().toString().replaceAll("\\.draft.*", ""));
        var draft = aged(aot.resolve("runner-1.aot.draft-1-1.config"), 2);
        var young = aged(aot.resolve("runner-2.aot"), 2);
        var outdated = aged(aot.resolve("runner-3.aot"), 8);
        var foreign = aged(aot.resolve("notes.txt"), 30);
        aged(current, 30);

        var next = cache(jar).next();

        assertThat(next.jvmOptions()).containsExactly("-XX:AOTCache=" + current);
        assertThat(List.of(recorded.recordTo(), young, foreign)).allMatch(Files::exists);
        assertThat(List.of(draft, outdated)).noneMatch(Files::exists);
    }

    private static Path aged(Path file, int days) throws IOException {
        if (!Files.exists(file)) {
            Files.writeString(file, "old");
        }
        return Files.setLastModifiedTime(
                file, FileTime.from(Instant.now().minus(Duration.ofDays(days))));
    }

    private AotCache cache(Path classPath) {
        return new AotCache(folder.resolve("aot"), List.of(classPath), List.of("-Xmx1m"));
    }

    private Path jar(String content) throws IOException {
        return Files.writeString(folder.resolve("a.jar"), content);
    }
}
