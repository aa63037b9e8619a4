package io.tranship.worker.launch;

import io.tranship.schemas.Endpoint;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.Secret;
import io.tranship.schemas.SecretResolver;
import io.tranship.schemas.TransferError;
import io.tranship.schemas.WorkOrder;
import java.util.HashMap;
import java.util.Map;

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

    private final SecretResolver resolver;

    SecretStore(SecretResolver resolver) {
        this.resolver = resolver;
    }

    Resolved resolve(WorkOrder order) {
        var endpoints = new HashMap<String, Endpoint>();
        order.sources().forEach(source -> endpoints.put(source.id(), source.endpoint()));
        endpoints.put(order.destination().id(), order.destination().endpoint());
        var passwords = new HashMap<String, String>();
        for (var endpoint : endpoints.entrySet()) {
            try {
                passwords.put(endpoint.getKey(), resolver.resolve(secretOf(endpoint.getValue())));
            } catch (SecretResolver.Unresolvable e) {
                return new Resolved.Missing(
                        ErrorCode.SECRET_NOT_RESOLVABLE.error(
                                "the password of %s: %s"
                                        .formatted(endpoint.getKey(), e.getMessage())));
            }
        }
        return new Resolved.Passwords(passwords);
    }

    private static Secret secretOf(Endpoint endpoint) {
        return switch (endpoint) {
            case Endpoint.Postgres postgres -> postgres.password();
        };
    }
}
