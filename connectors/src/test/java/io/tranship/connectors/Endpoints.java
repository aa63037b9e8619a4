package io.tranship.connectors;

import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Endpoint.Postgres.SslMode;
import org.jspecify.annotations.Nullable;

/// The same endpoint, a little different.
final class Endpoints {

    private Endpoints() {}

    static Endpoint.Postgres as(Endpoint.Postgres e, String username) {
        return new Endpoint.Postgres(
                e.host(),
                e.port(),
                e.database(),
                e.schema(),
                username,
                e.password(),
                e.sslMode(),
                e.sslRootCert());
    }

    static Endpoint.Postgres at(Endpoint.Postgres e, String host, int port) {
        return new Endpoint.Postgres(
                host,
                port,
                e.database(),
                e.schema(),
                e.username(),
                e.password(),
                e.sslMode(),
                e.sslRootCert());
    }

    static Endpoint.Postgres in(Endpoint.Postgres e, String database, String schema) {
        return new Endpoint.Postgres(
                e.host(),
                e.port(),
                database,
                schema,
                e.username(),
                e.password(),
                e.sslMode(),
                e.sslRootCert());
    }

    static Endpoint.Postgres tls(
            Endpoint.Postgres e, SslMode mode, @Nullable String rootCertificate) {
        return new Endpoint.Postgres(
                e.host(),
                e.port(),
                e.database(),
                e.schema(),
                e.username(),
                e.password(),
                mode,
                rootCertificate);
    }
}
