package io.tranship.scheduler;

import io.tranship.schemas.FleetKey;
import io.tranship.schemas.Secret;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Seals secrets, and resolves them for a connection test. What it resolves is handed to the
/// connector and kept nowhere.
@ApplicationScoped
class SecretStore {

    private static final long FILE_BYTES_MAX = 65_536;

    private final FleetKey key;
    private final UnaryOperator<@Nullable String> environment;

    @Inject
    SecretStore(SchedulerConfig config) {
        this(fleetKey(config.fleetKeyFile()), System::getenv);
    }

    SecretStore(FleetKey key, UnaryOperator<@Nullable String> environment) {
        this.key = key;
        this.environment = environment;
    }

    private static FleetKey fleetKey(Path file) {
        try {
            return FleetKey.readOrCreate(file);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "scheduler-service cannot use the fleet key %s; set tranship.fleet-key-file to a file that it may read, or make"
                            .formatted(file),
                    e);
        }
    }

    Secret.Sealed seal(String plain) {
        return key.seal(plain);
    }

    /// Whether both hide one plain text. One that this key does not open hides another.
    boolean areSame(Secret.Sealed one, Secret.Sealed other) {
        try {
            return key.unseal(one).equals(key.unseal(other));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// A secret that is not there, in words for whoever saved it.
    static final class Unresolvable extends Exception {
        Unresolvable(String message) {
            super(message, null, false, false);
        }
    }

    /// May read a file: not for an event loop.
    String resolve(Secret secret) throws Unresolvable {
        return switch (secret) {
            case Secret.Env(var name) -> environment(name);
            case Secret.File(var path) -> file(path);
            case Secret.Sealed sealed -> unseal(sealed);
        };
    }

    private String environment(String name) throws Unresolvable {
        var value = environment.apply(name);
        if (value == null) {
            throw new Unresolvable(
                    ("scheduler-service has no environment variable %s; set it in the environment that"
                                    + " starts scheduler-service and the launchers, then restart them")
                            .formatted(name));
        }
        return value;
    }

    private static String file(String path) throws Unresolvable {
        try {
            var file = Path.of(path);
            if (!Files.isRegularFile(file)) {
                throw unreadable(path, "there is no such file");
            }
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw unreadable(path, "it has more than %d bytes".formatted(FILE_BYTES_MAX));
            }
            var text = Files.readString(file, StandardCharsets.UTF_8);
            return text.endsWith("\r\n")
                    ? text.substring(0, text.length() - 2)
                    : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(
                    path, "it cannot be read (%s)".formatted(e.getClass().getSimpleName()));
        }
    }

    private static Unresolvable unreadable(String path, String reason) {
        return new Unresolvable(
                ("scheduler-service cannot use the file %s on its host: %s; put it there, readable by"
                                + " scheduler-service and the launchers")
                        .formatted(path, reason));
    }

    private String unseal(Secret.Sealed sealed) throws Unresolvable {
        try {
            return key.unseal(sealed);
        } catch (IllegalArgumentException _) {
            throw new Unresolvable(
                    "scheduler-service has another fleet key than the one that sealed this password;"
                            + " give it that key file, or save the password again");
        }
    }
}
