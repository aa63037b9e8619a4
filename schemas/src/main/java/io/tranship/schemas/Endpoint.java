package io.tranship.schemas;

import org.jspecify.annotations.Nullable;

/// How a source or a destination is reached.
public sealed interface Endpoint {

    /// The catalog file's word for it, such as `postgres`.
    String vendor();

    record Postgres(
            String host,
            int port,
            String database,
            String schema,
            String username,
            Secret password,
            SslMode sslMode,
            @Nullable String sslRootCert)
            implements Endpoint {

        /// As libpq names them, lower case in the catalog file, `verify-ca` and `verify-full` with
        /// a hyphen.
        public enum SslMode {
            DISABLE,
            ALLOW,
            PREFER,
            REQUIRE,
            VERIFY_CA,
            VERIFY_FULL
        }

        public Postgres {
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException(
                        "port %d is not between 1 and 65535".formatted(port));
            }
        }

        @Override
        public String vendor() {
            return "postgres";
        }
    }
}
