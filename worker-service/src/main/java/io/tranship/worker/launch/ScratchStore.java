package io.tranship.worker.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A folder for each runner, readable by its owner only, gone when the runner is.
///
/// They lie in a folder named by the launcher's process, so that every launcher of this machine
/// knows which of them nobody will delete any more.
final class ScratchStore {

    private static final Pattern OWNER = Pattern.compile("(\\d+)-(\\d+)");

    private final Path root;
    private final Path own;
    private final Set<Path> inUse = new HashSet<>();

    ScratchStore(Path root) {
        var self = ProcessHandle.current();
        this.root = root.toAbsolutePath();
        this.own = this.root.resolve(self.pid() + "-" + startedAt(self).toEpochMilli());
    }

    synchronized Path make() throws IOException {
        Files.createDirectories(root);
        var onlyOwner =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        if (!Files.isDirectory(own)) {
            Files.createDirectory(own, onlyOwner);
        }
        var scratch = Files.createTempDirectory(own, "run-", onlyOwner);
        inUse.add(scratch);
        return scratch;
    }

    /// Its runner is gone. What cannot be deleted now is swept.
    void delete(Path scratch) {
        synchronized (this) {
            inUse.remove(scratch);
        }
        deleteAll(scratch);
    }

    private static void deleteAll(Path scratch) {
        try {
            if (Files.exists(scratch)) {
                Files.walkFileTree(scratch, new Deleting());
            }
        } catch (IOException e) {
            System.getLogger(ScratchStore.class.getName())
                    .log(System.Logger.Level.WARNING, "event=scratch_not_deleted " + scratch, e);
        }
    }

    /// Deletes what launchers left that are gone, and what this one could not delete before.
    synchronized void sweep() {
        try {
            foldersIn(root).stream()
                    .filter(ScratchStore::isAbandoned)
                    .forEach(ScratchStore::deleteAll);
            foldersIn(own).stream()
                    .filter(scratch -> !inUse.contains(scratch))
                    .forEach(ScratchStore::deleteAll);
        } catch (IOException | UncheckedIOException e) {
            System.getLogger(ScratchStore.class.getName())
                    .log(System.Logger.Level.WARNING, "event=scratch_not_swept", e);
        }
    }

    void deleteOwn() {
        deleteAll(own);
    }

    private static List<Path> foldersIn(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var folders = Files.list(folder)) {
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
