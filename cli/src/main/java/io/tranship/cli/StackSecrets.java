package io.tranship.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;

/// The passwords of this installation's database roles, drawn once and readable by their owner
/// only.
final class StackSecrets {

    static final List<String> SERVICES = List.of("scheduler", "dispatch", "status");
    private static final String SUPERUSER = "postgres";
    private static final int PASSWORD_BYTES = 18;

    private final Properties passwords;

    private StackSecrets(Properties passwords) {
        this.passwords = passwords;
    }

    static StackSecrets readOrDraw(Home home) {
        var passwords = new Properties();
        try {
            if (Files.exists(home.secrets())) {
                try (var reader = Files.newBufferedReader(home.secrets())) {
                    passwords.load(reader);
                }
            } else {
                passwords.setProperty(SUPERUSER, draw());
                SERVICES.forEach(service -> passwords.setProperty(service, draw()));
                write(home.secrets(), passwords);
            }
        } catch (IOException e) {
            throw CliException.failed("%s cannot be used: %s".formatted(home.secrets(), e));
        }
        return new StackSecrets(passwords);
    }

    /// Whole or not at all: a half one would lock us out of our own database.
    private static void write(Path file, Properties passwords) throws IOException {
        var draft =
                Files.createTempFile(
                        file.getParent(),
                        "secrets",
                        ".draft",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try (var writer = Files.newBufferedWriter(draft)) {
            passwords.store(writer, null);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Letters and digits only, so it can stand in any quoted text.
    static String draw() {
        var bytes = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    String superuser() {
        return of(SUPERUSER);
    }

    String of(String role) {
        var password = passwords.getProperty(role);
        if (password == null) {
            throw CliException.failed(
                    "the password of %s is missing in the home's secrets.properties; restore that file, or remove the home to begin anew"
                            .formatted(role));
        }
        return password;
    }
}
