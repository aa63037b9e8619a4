package io.tranship.worker.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The AOT cache of the runner: classes loaded and linked ahead, which halves what a runner costs.
///
/// It is recorded by the first transfer that runs here, as nothing else loads what a transfer
/// loads, and written when that runner exits. A JVM does not notice that its class path has changed
/// under the cache, so the file is named by class path and JDK. Trouble is a warning and never an
/// error: without a cache runners are only slower.
final class AotCache {

    private static final System.Logger LOG = System.getLogger(AotCache.class.getName());

    /// Recording takes a few seconds of processor each time.
    private static final int TRIES_MAX = 5;

    /// A draft is written when its runner exits, and a runner lives for a day at most.
    private static final Duration DRAFT_KEPT = Duration.ofDays(1);

    /// Of another class path or JDK: mostly an older version.
    private static final Duration OTHER_KEPT = Duration.ofDays(7);

    private final @Nullable Path file;
    private final AtomicBoolean recording = new AtomicBoolean();
    private final AtomicInteger tries = new AtomicInteger();

    /// @param folder null: without a cache
    AotCache(@Nullable Path folder, List<Path> classPath, List<String> jvmOptions) {
        // A cache works with jars only.
        var usable = folder != null && classPath.stream().noneMatch(Files::isDirectory);
        this.file = usable ? prepare(folder, name(classPath, jvmOptions)) : null;
    }

    /// The options for the next runner.
    ///
    /// @param recordTo where this one writes what it records; null: it does not
    record Options(List<String> jvmOptions, @Nullable Path recordTo) {}

    /// One runner at a time records, until there is a cache.
    Options next() {
        if (file == null) {
            return new Options(List.of(), null);
        }
        if (Files.exists(file)) {
            return new Options(List.of("-XX:AOTCache=" + file), null);
        }
        if (tries.get() >= TRIES_MAX || !recording.compareAndSet(false, true)) {
            return new Options(List.of(), null);
        }
        var draft =
                file.resolveSibling(
                        "%s.draft-%d-%d"
                                .formatted(
                                        file.getFileName(),
                                        ProcessHandle.current().pid(),
                                        System.nanoTime()));
        return new Options(List.of("-XX:AOTCacheOutput=" + draft), draft);
    }

    /// The runner that records to `draft` is gone.
    ///
    /// @param complete it ran a transfer to its end
    void recorded(Path draft, boolean complete) {
        try {
            if (complete && file != null && Files.exists(draft)) {
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
                LOG.log(System.Logger.Level.INFO, "event=aot_cache_recorded");
            } else {
                tries.incrementAndGet();
                Files.deleteIfExists(draft);
                LOG.log(System.Logger.Level.WARNING, "event=aot_cache_not_recorded");
            }
            Files.deleteIfExists(draft.resolveSibling(draft.getFileName() + ".config"));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "event=aot_cache_not_kept", e);
        } finally {
            recording.set(false);
        }
    }

    private static @Nullable Path prepare(Path folder, String name) {
        try {
            var made = Files.createDirectories(folder).toAbsolutePath();
            sweep(made, name);
            return made.resolve(name);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "event=aot_folder_unusable", e);
            return null;
        }
    }

    /// Deletes what launchers left that are gone: each cache is as large as all classes.
    private static void sweep(Path folder, String name) throws IOException {
        var now = Instant.now();
        try (var files = Files.newDirectoryStream(folder, "runner-*.aot*")) {
            for (var old : files) {
                var called = old.getFileName().toString();
                var kept = called.endsWith(".aot") ? OTHER_KEPT : DRAFT_KEPT;
                if (!called.equals(name)
                        && Files.getLastModifiedTime(old).toInstant().isBefore(now.minus(kept))) {
                    Files.deleteIfExists(old);
                }
            }
        } catch (NoSuchFileException | DirectoryIteratorException _) {
            // Another launcher sweeps too.
        }
    }

    private static String name(List<Path> classPath, List<String> jvmOptions) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(Runtime.version().toString().getBytes(StandardCharsets.UTF_8));
            digest.update(jvmOptions.toString().getBytes(StandardCharsets.UTF_8));
            for (var jar : classPath) {
                var seen =
                        "%s %d %s\n"
                                .formatted(jar, Files.size(jar), Files.getLastModifiedTime(jar));
                digest.update(seen.getBytes(StandardCharsets.UTF_8));
            }
            return "runner-" + HexFormat.of().formatHex(digest.digest(), 0, 8) + ".aot";
        } catch (NoSuchAlgorithmException | IOException e) {
            throw new IllegalStateException("the class path of the runner cannot be read", e);
        }
    }
}
