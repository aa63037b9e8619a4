package io.tranship.schemas;

/// Model results and errors, as parts of facts.
final class ResultCodec {

    private ResultCodec() {}

    static io.tranship.schemas.avro.TransferError avro(TransferError error) {
        return new io.tranship.schemas.avro.TransferError(
                error.code(),
                error.title(),
                io.tranship.schemas.avro.Blame.valueOf(error.blame().name()),
                error.message());
    }

    static TransferError java(io.tranship.schemas.avro.TransferError error) {
        return new TransferError(
                error.getCode(),
                error.getTitle(),
                Blame.valueOf(error.getBlame().name()),
                error.getMessage());
    }

    static io.tranship.schemas.avro.ModelResult avro(ModelResult result) {
        return new io.tranship.schemas.avro.ModelResult(
                result.model(),
                result.revision(),
                io.tranship.schemas.avro.ModelOutcome.valueOf(result.outcome().name()),
                result.receipt() == null ? null : avro(result.receipt()),
                result.integrity() == null ? null : avro(result.integrity()),
                result.error() == null ? null : avro(result.error()),
                result.startedAt(),
                result.endedAt());
    }

    static ModelResult java(io.tranship.schemas.avro.ModelResult result) {
        return new ModelResult(
                result.getModel(),
                result.getRevision(),
                ModelResult.Outcome.valueOf(result.getOutcome().name()),
                result.getReceipt() == null ? null : java(result.getReceipt()),
                result.getIntegrity() == null ? null : java(result.getIntegrity()),
                result.getError() == null ? null : java(result.getError()),
                result.getStartedAt(),
                result.getEndedAt());
    }

    private static io.tranship.schemas.avro.Receipt avro(Receipt receipt) {
        return new io.tranship.schemas.avro.Receipt(
                receipt.cursorFrom(),
                receipt.cursorTo(),
                io.tranship.schemas.avro.WatermarkBasis.valueOf(receipt.basis().name()),
                receipt.generation(),
                receipt.rowsRead(),
                receipt.rowsWritten(),
                receipt.rowsApplied(),
                receipt.rowsDeleted(),
                receipt.rowsQuarantined(),
                receipt.rowsWithoutLastModified(),
                receipt.bytes(),
                receipt.chunks(),
                receipt.fullScan());
    }

    private static Receipt java(io.tranship.schemas.avro.Receipt receipt) {
        return new Receipt(
                receipt.getCursorFrom(),
                receipt.getCursorTo(),
                WatermarkBasis.valueOf(receipt.getBasis().name()),
                receipt.getGeneration(),
                receipt.getRowsRead(),
                receipt.getRowsWritten(),
                receipt.getRowsApplied(),
                receipt.getRowsDeleted(),
                receipt.getRowsQuarantined(),
                receipt.getRowsWithoutLastModified(),
                receipt.getBytes(),
                receipt.getChunks(),
                receipt.getFullScan());
    }

    private static io.tranship.schemas.avro.IntegrityReport avro(IntegrityReport report) {
        return new io.tranship.schemas.avro.IntegrityReport(
                report.sourceRows(),
                report.sourceDigest(),
                report.destinationRows(),
                report.destinationDigest(),
                report.laterRows(),
                report.partsUnequal(),
                report.partsExamined(),
                report.rowsMissing(),
                report.rowsStale(),
                report.rowsExtra());
    }

    private static IntegrityReport java(io.tranship.schemas.avro.IntegrityReport report) {
        return new IntegrityReport(
                report.getSourceRows(),
                report.getSourceDigest(),
                report.getDestinationRows(),
                report.getDestinationDigest(),
                report.getLaterRows(),
                report.getPartsUnequal(),
                report.getPartsExamined(),
                report.getRowsMissing(),
                report.getRowsStale(),
                report.getRowsExtra());
    }
}
