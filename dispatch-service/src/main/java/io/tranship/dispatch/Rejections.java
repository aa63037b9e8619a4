package io.tranship.dispatch;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.TransferError;
import io.tranship.schemas.WorkOrder;

/// Why a request can never run, in the words that its author reads.
final class Rejections {

    private Rejections() {}

    static TransferError unknownDestination(String idOrName) {
        return ErrorCode.UNKNOWN_DESTINATION.error(
                "the catalog has no destination '%s', by id or by name; create it, or correct the request"
                        .formatted(idOrName));
    }

    static TransferError unknownModel(String model, String destination) {
        return ErrorCode.UNKNOWN_MODEL.error(
                "model '%s' is not among the models of destination '%s'; add it there, or correct the request"
                        .formatted(model, destination));
    }

    static TransferError noModel(String destination) {
        return ErrorCode.NO_MODEL.error(
                "destination '%s' has no model; create one, or name one in its models"
                        .formatted(destination));
    }

    static TransferError missing(String kind, String id, String wantedBy) {
        return ErrorCode.INVALID_CATALOG.error(
                "the catalog has no %s '%s', which '%s' needs; save it again"
                        .formatted(kind, id, wantedBy));
    }

    static TransferError orderTooLarge(String destination, int models, int bytes) {
        return ErrorCode.ORDER_TOO_LARGE.error(
                "the work order for %d models of destination '%s' has %d bytes, more than %d; ask for fewer models at once"
                        .formatted(models, destination, bytes, WorkOrder.BYTES_MAX));
    }
}
