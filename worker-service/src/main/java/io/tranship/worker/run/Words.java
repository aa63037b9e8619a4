package io.tranship.worker.run;

import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogRecord.Column;
import io.tranship.schemas.CatalogRecord.Deletes;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.LastModified;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.NullLastModified;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Source;
import io.tranship.schemas.CatalogRecord.Tenancy;
import io.tranship.schemas.CloudEventHeaders;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Endpoint.Postgres.SslMode;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.Receipt;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.Secret;
import io.tranship.schemas.Telemetry.Heartbeat;
import io.tranship.schemas.Telemetry.Progress;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.UndecodableException;
import io.tranship.schemas.WatermarkBasis;
import io.tranship.schemas.WorkOrder;
import io.tranship.schemas.WorkOrderCodec;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// What every run says, encoded once for nobody, so that the first of a transfer does not wait for
/// the encoders to be made.
final class Words {

    private static final TransferId NOBODY = new TransferId(new UUID(0, 1));
    private static final RunId NO_RUN = new RunId(new UUID(0, 0));

    private Words() {}

    static void rehearse() {
        var receipt =
                new Receipt(
                        null, null, WatermarkBasis.LOOKBACK, null, 0, 0, 0, 0, 0, 0, 0, 0, false);
        var result =
                new ModelResult(
                        "rehearsal",
                        1,
                        ModelResult.Outcome.SKIPPED,
                        receipt,
                        null,
                        null,
                        Instant.EPOCH,
                        Instant.EPOCH);
        var _ = TelemetryCodec.encode(new Heartbeat(NOBODY, 1, NO_RUN, "", "", 1));
        var _ = TelemetryCodec.encode(new Progress(NOBODY, 1, NO_RUN, "", 0, 0, 0, 0));
        var _ = FactCodec.encode(new ModelFinished(NOBODY, 1, NO_RUN, result));
        var _ = FactCodec.encode(new Finished(NOBODY, 1, NO_RUN, RunEnd.COMPLETED, null));
        var _ = CloudEventHeaders.of("rehearsal", "rehearsal", "rehearsal", null);
        try {
            var _ = WorkOrderCodec.decode(WorkOrderCodec.encode(order()));
        } catch (UndecodableException e) {
            throw new IllegalStateException("what was encoded is decoded", e);
        }
    }

    /// Of each kind of thing one, so that the first order is decoded by code that has run.
    private static WorkOrder order() {
        var endpoint =
                new Endpoint.Postgres("", 1, "", "", "", new Secret.Env(""), SslMode.PREFER, null);
        var recipient = new Recipient("", "", 1, "");
        var to = new Destination("", "", 1, "", endpoint, List.of("*"), true, 0, 1, 1, List.of());
        var model =
                new Model(
                        "",
                        "",
                        1,
                        "",
                        "",
                        new Tenancy.ByColumn(""),
                        List.of(""),
                        new LastModified("", null),
                        NullLastModified.BACKFILL_ONLY,
                        0,
                        List.of(new Column("", null, null)),
                        new Deletes("", 0, 1),
                        false);
        return new WorkOrder(
                NOBODY,
                1,
                Instant.EPOCH,
                "",
                TransferRequest.plain(NOBODY, "rehearsal", Actor.SCHEDULE),
                to,
                recipient,
                List.of(new Source("", "", 1, endpoint, 1, 1, null, null)),
                List.of(model));
    }
}
