package io.tranship.worker.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private AotCache cache(Path classPath) {
        return new AotCache(folder.resolve("aot"), List.of(classPath), List.of("-Xmx1m"));
    }

    private Path jar(String content) throws IOException {
        return Files.writeString(folder.resolve("a.jar"), content);
    }
}
