package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.Endpoint.Postgres.SslMode;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.ModelResult.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The connection breaks between a commit and its reply.
class LostReplyTest {

    private final Database source = Database.fresh("source");
    private final Database destination = Database.fresh("destination");
    private final Order order = Order.between(source, destination).rowsPerChunk(50);

    private Order through(CommitProxy proxy) {
        var there = Endpoints.tls(order.to(), SslMode.DISABLE, null);
        return order.to(Endpoints.at(there, "127.0.0.1", proxy.port()));
    }

    /// The commits of a backfill: claim, generation, four chunks, publication.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7})
    void aCommitWhoseReplyWasLostIsNeitherLostNorDoubled(int commit) throws IOException {
        Invoices.make(source, 1_000);

        try (var proxy = new CommitProxy(commit)) {
            var broken = through(proxy).run();
            assertThat(broken.error().code())
                    .isEqualTo(ErrorCode.DESTINATION_CONNECTION_LOST.code());
        }

        var next = order.run();
        assertThat(next.only().outcome()).isIn(Outcome.SUCCESS, Outcome.SKIPPED);
        Invoices.assertArrived(source, destination);
    }

    @Test
    void anIncrementWhoseReplyWasLostIsNeitherLostNorDoubled() throws IOException {
        Invoices.make(source, 1_000);
        order.run();
        source.run("update invoices set number = 'changed', updated_at = now() where id < 100");

        try (var proxy = new CommitProxy(2)) {
            assertThat(through(proxy).run().only().outcome()).isEqualTo(Outcome.FAILED);
        }

        assertThat(destination.count("vendor_data.invoices where number = 'changed'"))
                .isEqualTo(19);
        assertThat(order.run().only().outcome()).isEqualTo(Outcome.SKIPPED);
        Invoices.assertArrived(source, destination);
    }

    @Test
    void anIncrementThatFindsNothingTakesFewStatements() throws IOException {
        Invoices.make(source, 1_000);
        order.run();

        try (var there = new CommitProxy(0);
                var here = new CommitProxy(0)) {
            var counted =
                    through(there)
                            .from(e ->
                                    Endpoints.at(
                                            Endpoints.tls(e, SslMode.DISABLE, null),
                                            "127.0.0.1",
                                            here.port()));
            assertThat(counted.run().only().outcome()).isEqualTo(Outcome.SKIPPED);

            // What DESIGN.md counts.
            assertThat(List.of(there.statements(), here.statements())).isEqualTo(List.of(12, 8));
        }
    }
}
