package io.tranship.worker.launch;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A folder for each runner, readable by its owner only, gone when the runner is.
///
/// They lie in a folder named by the launcher's process, so that a launcher that starts knows which
/// of them nobody will delete any more.
final class ScratchStore {

    private static final Pattern OWNER = Pattern.compile("(\\d+)-(\\d+)");

    private final Path root;
    private final Path own;

    ScratchStore(Path root) {
        var self = ProcessHandle.current();
        this.root = root.toAbsolutePath();
        this.own = this.root.resolve(self.pid() + "-" + startedAt(self).toEpochMilli());
    }

    Path make() throws IOException {
        Files.createDirectories(root);
        var onlyOwner =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        if (!Files.isDirectory(own)) {
            Files.createDirectory(own, onlyOwner);
        }
        return Files.createTempDirectory(own, "run-", onlyOwner);
    }

    void delete(Path scratch) {
        try {
            if (Files.exists(scratch)) {
                Files.walkFileTree(scratch, new Deleting());
            }
        } catch (IOException e) {
            System.getLogger(ScratchStore.class.getName())
                    .log(System.Logger.Level.WARNING, "event=scratch_not_deleted " + scratch, e);
        }
    }

    /// Deletes what launchers left that are gone.
    void sweep() {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (var folders = Files.list(root)) {
            folders.filter(ScratchStore::isAbandoned).forEach(this::delete);
        } catch (IOException e) {
            System.getLogger(ScratchStore.class.getName())
                    .log(System.Logger.Level.WARNING, "event=scratch_not_swept", e);
        }
    }

    void deleteOwn() {
        delete(own);
    }

    List<Path> inUse() throws IOException {
        if (!Files.isDirectory(own)) {
            return List.of();
        }
        try (var folders = Files.list(own)) {
            return folders.toList();
        }
    }

    private static boolean isAbandoned(Path folder) {
        var owner = OWNER.matcher(folder.getFileName().toString());
        return owner.matches()
                && ProcessHandle.of(Long.parseLong(owner.group(1)))
                        .map(p -> startedAt(p).toEpochMilli() != Long.parseLong(owner.group(2)))
                        .orElse(true);
    }

    private static Instant startedAt(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }

    private static final class Deleting extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException trouble)
                throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
