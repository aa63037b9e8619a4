package io.tranship.worker.run;

import io.tranship.schemas.CloudEventHeaders;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.ModelResult;
import io.tranship.schemas.Receipt;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.Telemetry.Heartbeat;
import io.tranship.schemas.Telemetry.Progress;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.ModelFinished;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.UndecodableException;
import io.tranship.schemas.WatermarkBasis;
import io.tranship.schemas.WorkOrderCodec;
import java.time.Instant;
import java.util.UUID;

/// What every run says, encoded once for nobody, so that the first of a transfer does not wait for
/// the encoders to be made.
final class Words {

    private static final TransferId NOBODY = new TransferId(new UUID(0, 0));
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
            var _ = WorkOrderCodec.decode(null);
        } catch (UndecodableException _) {
            // Now it is ready for one.
        }
    }
}
