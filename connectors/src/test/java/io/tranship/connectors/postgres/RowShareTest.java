package io.tranship.connectors.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.connectors.Side;
import io.tranship.connectors.TransferSettings;
import io.tranship.schemas.CatalogRecord.Source;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Endpoint.Postgres.SslMode;
import io.tranship.schemas.Secret;
import io.tranship.servers.TestServers;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RowShareTest {

    private static final TestServers SERVERS = TestServers.get();

    private final Endpoint.Postgres endpoint =
            new Endpoint.Postgres(
                    SERVERS.postgresHost(),
                    SERVERS.postgresPort(),
                    SERVERS.newDatabase("share"),
                    "public",
                    SERVERS.postgresUser(),
                    new Secret.Env("NONE"),
                    SslMode.DISABLE,
                    null);

    private PostgresSession session(String applicationName) {
        return PostgresSession.open(
                Side.SOURCE,
                "source app",
                endpoint,
                SERVERS.postgresPassword(),
                applicationName,
                TransferSettings.DEFAULTS);
    }

    private RowShare share(PostgresSession session, Integer maxRowsPerSecond) {
        return Objects.requireNonNull(
                RowShare.of(
                        session,
                        new Source("s", "app", 1, endpoint, 5, 2, null, maxRowsPerSecond)));
    }

    @Test
    void aSessionBeginsWithTheLeastAndThenSharesWithThoseThatAreThere() {
        try (var one = session("tranship:test:1");
                var _ = session("somebody else")) {
            var share = share(one, 600);
            assertThat(share.next()).isEqualTo(60);
            assertThat(share.next()).isEqualTo(600);
            try (var two = session("tranship:test:2");
                    var _ = session("tranship:test:3")) {
                assertThat(share(two, 600).next()).isEqualTo(60);
                assertThat(share.next()).isEqualTo(200);
            }
        }
    }

    @Test
    void aSourceWithoutLimitHasNone() {
        try (var one = session("tranship:test:1")) {
            assertThat(RowShare.of(one, new Source("s", "app", 1, endpoint, 5, 2, null, null)))
                    .isNull();
        }
    }
}
