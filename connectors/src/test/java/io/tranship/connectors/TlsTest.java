package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Endpoint.Postgres.SslMode;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.Secret;
import io.tranship.servers.LocalPostgres;
import io.tranship.servers.LocalPostgres.Durability;
import io.tranship.servers.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server of its own that speaks TLS, with a certificate for `localhost`.
class TlsTest {

    private static final String PASSWORD = "secret";

    @TempDir private static Path folder;
    private static LocalPostgres server;
    private static Path certificate;

    @BeforeAll
    static void start()
            throws IOException, SQLException, GeneralSecurityException, InterruptedException {
        server =
                new LocalPostgres(
                                folder.resolve("server"),
                                Path.of(
                                        System.getProperty("java.io.tmpdir"),
                                        "tranship-test-servers-" + System.getProperty("user.name"),
                                        "cache"),
                                Ports.free(),
                                PASSWORD,
                                Durability.FAST)
                        .start();
        var data = folder.resolve("server/data");
        certificate = data.resolve("server.crt");
        makeCertificate(data);
        try (var connection = server.connect("postgres");
                var statement = connection.createStatement()) {
            statement.execute("alter system set ssl = on");
            statement.execute("select pg_reload_conf()");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void makeCertificate(Path data)
            throws IOException, GeneralSecurityException, InterruptedException {
        var store = folder.resolve("store.p12");
        var keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-alias",
                                "server",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=dns:localhost",
                                "-validity",
                                "2",
                                "-storepass",
                                PASSWORD,
                                "-keystore",
                                store.toString())
                        .redirectErrorStream(true)
                        .start();
        keytool.getInputStream().readAllBytes();
        assertThat(keytool.waitFor()).isZero();
        var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        var key = data.resolve("server.key");
        Files.createFile(
                key,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                key,
                pem("PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded()));
        Files.writeString(
                data.resolve("server.crt"),
                pem("CERTIFICATE", keys.getCertificate("server").getEncoded()));
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(what, Base64.getMimeEncoder().encodeToString(bytes), what);
    }

    private static List<Finding> connect(String host, SslMode mode, @Nullable Path root) {
        var endpoint =
                new Endpoint.Postgres(
                        host,
                        server.port(),
                        "postgres",
                        "public",
                        LocalPostgres.USER,
                        new Secret.Env("UNUSED"),
                        mode,
                        root == null ? null : root.toString());
        return EndpointCheck.destination(endpoint, PASSWORD, List.of(), List.of());
    }

    private static void assertRefused(List<Finding> findings) {
        assertThat(findings)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.error().code())
                            .isEqualTo(ErrorCode.DESTINATION_TLS_FAILED.code());
                    assertThat(finding.field()).isEqualTo("postgres.ssl_mode");
                });
    }

    @Test
    void everyModeConnectsWhereItMay() {
        for (var mode : SslMode.values()) {
            assertThat(connect("localhost", mode, certificate)).as(mode.name()).isEmpty();
        }
        assertThat(connect("127.0.0.1", SslMode.VERIFY_CA, certificate)).isEmpty();
        assertThat(connect("127.0.0.1", SslMode.REQUIRE, null)).isEmpty();
    }

    @Test
    void aCertificateForAnotherHostIsRefused() {
        assertRefused(connect("127.0.0.1", SslMode.VERIFY_FULL, certificate));
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefused() {
        assertRefused(connect("localhost", SslMode.VERIFY_CA, null));
        assertRefused(connect("localhost", SslMode.VERIFY_FULL, null));
    }

    @Test
    void aRootCertificateThatIsNotThereIsNamed() {
        var findings = connect("localhost", SslMode.VERIFY_FULL, Path.of("/no/such.crt"));

        assertRefused(findings);
        assertThat(Objects.requireNonNull(findings.getFirst()).error().message())
                .contains("/no/such.crt");
    }
}
