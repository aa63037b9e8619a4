package io.tranship.worker.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchStoreTest {

    @TempDir Path root;

    @Test
    void aFolderIsItsOwnersOnly() throws IOException {
        var folder = new ScratchStore(root).make();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
    }

    @Test
    void aFolderGoesWithAllThatIsInIt() throws IOException {
        var store = new ScratchStore(root);
        var folder = store.make();
        Files.writeString(Files.createDirectories(folder.resolve("a/b")).resolve("c"), "row");

        store.delete(folder);

        assertThat(folder).doesNotExist();
    }

    @Test
    void whatCouldNotBeDeletedIsSweptAndWhatIsInUseIsNot() throws IOException {
        var store = new ScratchStore(root);
        var used = store.make();
        var gone = store.make();
        store.delete(gone);
        Files.writeString(Files.createDirectories(gone).resolve("late"), "row");

        store.sweep();

        assertThat(gone).doesNotExist();
        assertThat(used).exists();
    }

    @Test
    void whatAKilledLauncherLeftIsSweptAndNothingElse() throws IOException {
        var store = new ScratchStore(root);
        var own = store.make();
        var abandoned = Files.createDirectories(root.resolve("99999999-1/run-x"));
        var reused = root.resolve(ProcessHandle.current().pid() + "-1");
        Files.createDirectories(reused);
        var foreign = Files.createDirectories(root.resolve("somebody-elses"));

        store.sweep();

        assertThat(abandoned.getParent()).doesNotExist();
        assertThat(reused).doesNotExist();
        assertThat(own).exists();
        assertThat(foreign).exists();
    }
}
