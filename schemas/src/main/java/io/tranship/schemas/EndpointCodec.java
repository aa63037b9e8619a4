package io.tranship.schemas;

import io.tranship.schemas.avro.PostgresEndpoint;

/// Endpoints and secrets, as parts of catalog records.
final class EndpointCodec {

    private EndpointCodec() {}

    static io.tranship.schemas.avro.Endpoint avro(Endpoint endpoint) {
        return switch (endpoint) {
            case Endpoint.Postgres p ->
                    new io.tranship.schemas.avro.Endpoint(
                            p.vendor(),
                            new PostgresEndpoint(
                                    p.host(),
                                    p.port(),
                                    p.database(),
                                    p.schema(),
                                    p.username(),
                                    avro(p.password()),
                                    io.tranship.schemas.avro.SslMode.valueOf(p.sslMode().name()),
                                    p.sslRootCert()));
        };
    }

    static Endpoint java(io.tranship.schemas.avro.Endpoint endpoint) {
        var postgres = endpoint.getPostgres();
        if (!"postgres".equals(endpoint.getVendor()) || postgres == null) {
            throw new IllegalArgumentException(
                    "vendor '%s' is not known to this release".formatted(endpoint.getVendor()));
        }
        return new Endpoint.Postgres(
                postgres.getHost(),
                postgres.getPort(),
                postgres.getDatabase(),
                postgres.getSchemaName(),
                postgres.getUsername(),
                java(postgres.getPassword()),
                Endpoint.Postgres.SslMode.valueOf(postgres.getSslMode().name()),
                postgres.getSslRootCert());
    }

    private static io.tranship.schemas.avro.Secret avro(Secret secret) {
        return switch (secret) {
            case Secret.Env s -> new io.tranship.schemas.avro.Secret(s.name(), null, null);
            case Secret.File s -> new io.tranship.schemas.avro.Secret(null, s.path(), null);
            case Secret.Sealed s -> new io.tranship.schemas.avro.Secret(null, null, s.ciphertext());
        };
    }

    private static Secret java(io.tranship.schemas.avro.Secret secret) {
        if (secret.getEnv() != null) {
            return new Secret.Env(secret.getEnv());
        }
        if (secret.getFile() != null) {
            return new Secret.File(secret.getFile());
        }
        if (secret.getSealed() != null) {
            return new Secret.Sealed(secret.getSealed());
        }
        throw new IllegalArgumentException("a secret of a kind that this release does not know");
    }
}
