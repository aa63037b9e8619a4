package io.tranship.connectors;

import io.tranship.schemas.ErrorCode;

/// Words for what is no trouble of data or servers, but a fault of ours. An exception's own message
/// may quote a value, so only its type and place are told.
final class Faults {

    private Faults() {}

    static TransferFailure of(String what, Throwable fault) {
        var place = "an unknown place";
        for (var frame : fault.getStackTrace()) {
            if (frame.getClassName().startsWith("io.tranship.")) {
                place = frame.getFileName() + ":" + frame.getLineNumber();
                break;
            }
        }
        return new TransferFailure(
                ErrorCode.INTERNAL_ERROR,
                "%s: %s at %s; please report it"
                        .formatted(what, fault.getClass().getSimpleName(), place));
    }
}
