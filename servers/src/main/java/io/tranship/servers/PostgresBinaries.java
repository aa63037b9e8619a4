package io.tranship.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// PostgreSQL's programs for this platform, unpacked once from their Maven package.
final class PostgresBinaries {

    /// Part of the folder's name, so that another version is unpacked beside it.
    static final String VERSION = "18.6";

    private static final Pattern PACKAGE = Pattern.compile("-(\\d+\\.\\d+)\\.\\d+\\.jar$");

    private PostgresBinaries() {}

    /// The folder that holds `bin`, below `cache`.
    static Path unpack(Path cache) {
        return unpack(cache, VERSION, PostgresBinaries::open);
    }

    /// Another version, from the Maven packages in the folder `packages`.
    static Path unpack(Path cache, Path packages) {
        try (var files = Files.newDirectoryStream(packages, "*.jar")) {
            for (var file : files) {
                var version = PACKAGE.matcher(file.getFileName().toString());
                try (var jar = new JarFile(file.toFile())) {
                    var entry = jar.getJarEntry(packedName());
                    if (entry != null && version.find()) {
                        return unpack(cache, version.group(1), () -> jar.getInputStream(entry));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no package can be read in " + packages, e);
        }
        throw new ServerException("no package in %s has %s".formatted(packages, packedName()));
    }

    private interface Packed {
        InputStream open() throws IOException;
    }

    private static Path unpack(Path cache, String version, Packed packed) {
        var home = cache.resolve("postgresql-" + version);
        if (Files.isDirectory(home)) {
            return home;
        }
        try {
            Files.createDirectories(cache);
            var draft = Files.createTempDirectory(cache, "unpacking");
            try (var stream = packed.open()) {
                unpack(stream, draft);
            }
            moveInto(home, draft);
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL cannot be unpacked into " + cache, e);
        }
    }

    /// Another process may have been faster; its folder is as good.
    private static void moveInto(Path home, Path draft) throws IOException {
        try {
            Files.move(draft, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException _) {
            Folders.delete(draft);
        }
    }

    private static InputStream open() {
        var packed = PostgresBinaries.class.getResourceAsStream("/" + packedName());
        if (packed == null) {
            throw new ServerException(
                    "no PostgreSQL for this platform (%s); Linux and macOS on ARM are packaged"
                            .formatted(packedName()));
        }
        return packed;
    }

    private static String packedName() {
        return "postgres-%s-%s.txz".formatted(system(), architecture());
    }

    private static String system() {
        var name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.startsWith("mac") ? "darwin" : name.startsWith("linux") ? "linux" : name;
    }

    private static String architecture() {
        var name = System.getProperty("os.arch");
        return name.equals("aarch64") ? "arm_64" : "x86_64";
    }

    private static void unpack(InputStream packed, Path folder) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                write(entry, tar, folder);
            }
        }
    }

    private static void write(TarArchiveEntry entry, InputStream content, Path folder)
            throws IOException {
        var target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("entry %s leads out of its folder".formatted(entry.getName()));
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.createLink(target, folder.resolve(entry.getLinkName()));
        } else {
            Files.copy(content, target);
            Files.setPosixFilePermissions(target, permissions(entry.getMode()));
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        var permissions =
                new HashSet<>(
                        Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
        if ((mode & 0100) != 0) {
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
        }
        return permissions;
    }
}
