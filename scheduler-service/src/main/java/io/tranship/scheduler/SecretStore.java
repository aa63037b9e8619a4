package io.tranship.scheduler;

import io.tranship.schemas.FleetKey;
import io.tranship.schemas.Secret;
import io.tranship.schemas.SecretResolver;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/// Seals secrets, and resolves them for a connection test. What it resolves is handed to the
/// connector and kept nowhere.
@ApplicationScoped
class SecretStore {

    private final FleetKey key;
    private final SecretResolver resolver;

    @Inject
    SecretStore(SchedulerConfig config) {
        this(fleetKey(config.fleetKeyFile()), config.secrets());
    }

    private SecretStore(FleetKey key, SchedulerConfig.Secrets secrets) {
        this(
                key,
                new SecretResolver(
                        "scheduler-service",
                        () -> key,
                        System::getenv,
                        secrets.folder().orElse(null),
                        secrets.prefix().orElse("")));
    }

    SecretStore(FleetKey key, SecretResolver resolver) {
        this.key = key;
        this.resolver = resolver;
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

    /// May read a file: not for an event loop.
    String resolve(Secret secret) throws SecretResolver.Unresolvable {
        return resolver.resolve(secret);
    }
}
