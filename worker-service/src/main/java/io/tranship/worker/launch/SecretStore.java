package io.tranship.worker.launch;

import io.tranship.schemas.Endpoint;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.FleetKey;
import io.tranship.schemas.Secret;
import io.tranship.schemas.TransferError;
import io.tranship.schemas.WorkOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Opens the secrets of an order: of its destination and of the sources that it reads, no others.
final class SecretStore {

    /// What became of an order's secrets.
    sealed interface Resolved {
        /// In the clear, by id of the destination or source.
        record Passwords(Map<String, String> byId) implements Resolved {
            @Override
            public String toString() {
                return "Passwords[of %s]".formatted(byId.keySet());
            }
        }

        record Missing(TransferError error) implements Resolved {}
    }

    private final Path fleetKeyFile;
    private final String launcher;
    private final UnaryOperator<@Nullable String> environment;

    /// @param environment the launcher's variables
    SecretStore(Path fleetKeyFile, String launcher, UnaryOperator<@Nullable String> environment) {
        this.fleetKeyFile = fleetKeyFile;
        this.launcher = launcher;
        this.environment = environment;
    }

    Resolved resolve(WorkOrder order) {
        var endpoints = new HashMap<String, Endpoint>();
        order.sources().forEach(source -> endpoints.put(source.id(), source.endpoint()));
        endpoints.put(order.destination().id(), order.destination().endpoint());
        var passwords = new HashMap<String, String>();
        for (var endpoint : endpoints.entrySet()) {
            try {
                passwords.put(endpoint.getKey(), open(secretOf(endpoint.getValue())));
            } catch (IOException | IllegalArgumentException e) {
                return new Resolved.Missing(missing(endpoint.getKey(), e.getMessage()));
            }
        }
        return new Resolved.Passwords(passwords);
    }

    private static Secret secretOf(Endpoint endpoint) {
        return switch (endpoint) {
            case Endpoint.Postgres postgres -> postgres.password();
        };
    }

    private String open(Secret secret) throws IOException {
        return switch (secret) {
            case Secret.Env env -> {
                var value = environment.apply(env.name());
                if (value == null) {
                    throw new IOException(
                            "environment variable %s is not set; set it and start the launcher again"
                                    .formatted(env.name()));
                }
                yield value;
            }
            case Secret.File file -> read(Path.of(file.path()));
            case Secret.Sealed sealed -> FleetKey.readOrCreate(fleetKeyFile).unseal(sealed);
        };
    }

    private static String read(Path file) throws IOException {
        try {
            var text = Files.readString(file);
            return text.endsWith("\n")
                    ? text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1))
                    : text;
        } catch (IOException e) {
            throw new IOException(
                    "file %s cannot be read; put the secret there, readable by the launcher"
                            .formatted(file),
                    e);
        }
    }

    private TransferError missing(String endpoint, @Nullable String why) {
        return ErrorCode.SECRET_NOT_RESOLVABLE.error(
                "the password of %s in launcher %s: %s".formatted(endpoint, launcher, why));
    }
}
