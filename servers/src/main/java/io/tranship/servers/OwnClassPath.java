package io.tranship.servers;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a process of this module needs, whatever class loader runs the caller.
final class OwnClassPath {

    private OwnClassPath() {}

    static String of() {
        return Stream.concat(
                        Stream.of(
                                        OwnClassPath.class,
                                        io.tranship.schemas.Topics.class,
                                        org.apache.kafka.clients.admin.Admin.class,
                                        org.slf4j.Logger.class,
                                        org.postgresql.Driver.class,
                                        org.apache.commons.compress.archivers.ArchiveEntry.class,
                                        org.tukaani.xz.XZInputStream.class,
                                        org.apache.commons.io.IOUtils.class,
                                        org.apache.commons.lang3.StringUtils.class)
                                .map(OwnClassPath::locationOf),
                        Stream.of("linux-x86_64", "linux-arm_64", "darwin-arm_64")
                                .flatMap(OwnClassPath::binaries))
                .map(Path::toString)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Stream<Path> binaries(String platform) {
        var packed = OwnClassPath.class.getResource("/postgres-%s.txz".formatted(platform));
        if (packed == null || !packed.getProtocol().equals("jar")) {
            return Stream.empty();
        }
        var jar = packed.getPath();
        return Stream.of(Path.of(java.net.URI.create(jar.substring(0, jar.indexOf('!')))));
    }

    static Path locationOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new ServerException("no location of " + type, e);
        }
    }
}
