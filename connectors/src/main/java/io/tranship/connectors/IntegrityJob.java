package io.tranship.connectors;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.IntegrityReport;

/// Compares one model's rows at both sides by count and digest, over all carried columns.
final class IntegrityJob {

    private final Source source;
    private final Destination destination;

    IntegrityJob(Source source, Destination destination) {
        this.source = source;
        this.destination = destination;
    }

    IntegrityReport run(SourceTable table, ModelState state) {
        var key = table.key().stream().map(TableColumn::as).toList();
        var standing = destination.table(state.model(), key);
        if (state.generation() == null || !standing.exists()) {
            throw new TransferFailure(
                    ErrorCode.INTEGRITY_MISMATCH,
                    "model %s has no complete table at the destination; transfer it first"
                            .formatted(state.model()));
        }
        var carriage = Carriage.between(source, table, destination, standing);
        var there = destination.digest(standing.name(), carriage.columns());
        var here = source.digest(table, carriage.columns());
        return new IntegrityReport(here.rows(), here.digest(), there.rows(), there.digest());
    }
}
