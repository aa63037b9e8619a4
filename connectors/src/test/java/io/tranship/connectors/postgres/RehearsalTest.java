package io.tranship.connectors.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tranship.connectors.Side;
import io.tranship.connectors.TransferFailure;
import io.tranship.connectors.TransferSettings;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Endpoint.Postgres.SslMode;
import io.tranship.schemas.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RehearsalTest {

    @Test
    void theDriverIsLetInByNobody() {
        assertThat(Rehearsal.run()).isTrue();
    }

    /// Before its statement timeout is set, a server that falls silent is given up after the time
    /// that a connection may take.
    @Test
    @Timeout(30)
    void aServerThatFallsSilentAfterTheHandshakeIsGivenUp() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> Rehearsal.letIn(server, 0));
            var silent =
                    new Endpoint.Postgres(
                            "127.0.0.1",
                            server.getLocalPort(),
                            "app",
                            "public",
                            "tranship",
                            new Secret.Env("NONE"),
                            SslMode.DISABLE,
                            null);

            var s = TransferSettings.DEFAULTS;
            var quick =
                    new TransferSettings(
                            s.rowsPerChunk(),
                            s.pipeBytes(),
                            s.rowBytesMax(),
                            s.lookback(),
                            s.boundMargin(),
                            s.shrinkPercentMin(),
                            Duration.ofSeconds(1),
                            s.lockTimeout(),
                            s.statementTimeout(),
                            s.idleInTransactionTimeout(),
                            s.progressEvery(),
                            s.stopWithin());
            assertThatThrownBy(() ->
                            PostgresSession.open(
                                    Side.SOURCE,
                                    "source app",
                                    silent,
                                    Rehearsal.PASSWORD,
                                    "tranship",
                                    quick))
                    .isInstanceOf(TransferFailure.class)
                    .hasMessageContaining("source app");
        }
    }
}
