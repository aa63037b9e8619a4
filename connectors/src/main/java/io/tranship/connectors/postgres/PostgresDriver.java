package io.tranship.connectors.postgres;

import io.tranship.connectors.TransferSettings;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Endpoint.Postgres.SslMode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.ssl.DefaultJavaSSLFactory;

/// Opens a connection with the driver, without the detours of `DriverManager`.
final class PostgresDriver {

    private static final Duration BEYOND_THE_SERVER = Duration.ofSeconds(60);

    private PostgresDriver() {}

    static Connection connect(
            Endpoint.Postgres to,
            String password,
            String applicationName,
            TransferSettings settings)
            throws SQLException {
        var host = to.host().indexOf(':') >= 0 ? '[' + to.host() + ']' : to.host();
        var database = URLEncoder.encode(to.database(), StandardCharsets.UTF_8);
        var connection =
                new Driver()
                        .connect(
                                "jdbc:postgresql://%s:%d/%s".formatted(host, to.port(), database),
                                properties(to, password, applicationName, settings));
        if (connection == null) {
            throw new SQLException("not an address of PostgreSQL", "08001");
        }
        return connection;
    }

    /// To be called once the server ends statements by itself: from then on only one that is gone
    /// without a word is given up from here.
    static void trust(Connection connection, TransferSettings settings) throws SQLException {
        var limit = settings.statementTimeout().plus(BEYOND_THE_SERVER);
        connection.setNetworkTimeout(Runnable::run, Math.toIntExact(limit.toMillis()));
    }

    private static Properties properties(
            Endpoint.Postgres to,
            String password,
            String applicationName,
            TransferSettings settings) {
        var properties = new Properties();
        PGProperty.USER.set(properties, to.username());
        PGProperty.PASSWORD.set(properties, password);
        PGProperty.APPLICATION_NAME.set(properties, applicationName);
        var seconds = Math.toIntExact(settings.connectTimeout().toSeconds());
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds);
        PGProperty.LOGIN_TIMEOUT.set(properties, seconds);
        PGProperty.SOCKET_TIMEOUT.set(properties, seconds);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        // Spares two round trips of every connection.
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "12");
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false);
        PGProperty.SOCKET_FACTORY.set(properties, GuardedSockets.class.getName());
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        tls(to, properties);
        return properties;
    }

    private static void tls(Endpoint.Postgres to, Properties properties) {
        PGProperty.SSL_MODE.set(properties, word(to.sslMode()));
        if (to.sslRootCert() != null) {
            PGProperty.SSL_ROOT_CERT.set(properties, to.sslRootCert());
        } else if (verifies(to)) {
            // Without a certificate of its own the public authorities that the JVM knows.
            PGProperty.SSL_FACTORY.set(properties, DefaultJavaSSLFactory.class.getName());
        }
    }

    private static String word(SslMode mode) {
        return switch (mode) {
            case DISABLE -> "disable";
            case ALLOW -> "allow";
            case PREFER -> "prefer";
            case REQUIRE -> "require";
            case VERIFY_CA -> "verify-ca";
            case VERIFY_FULL -> "verify-full";
        };
    }

    private static boolean verifies(Endpoint.Postgres to) {
        return switch (to.sslMode()) {
            case VERIFY_CA, VERIFY_FULL -> true;
            case DISABLE, ALLOW, PREFER, REQUIRE -> false;
        };
    }

    /// TLS or nothing.
    static boolean demandsTls(Endpoint.Postgres to) {
        return verifies(to) || to.sslMode() == SslMode.REQUIRE;
    }

    static boolean usesTls(Endpoint.Postgres to) {
        return to.sslMode() != SslMode.DISABLE;
    }
}
