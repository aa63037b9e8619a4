package io.tranship.status;

import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferStatus;
import java.util.List;

/// An error as a client sees it (RFC 9457).
///
/// @param type a stable name, relative to the project's documentation
record Problem(String type, String title, int status, String detail, List<Fault> errors) {

    private static final int SHOWN_CHARS_MAX = 100;

    Problem {
        errors = List.copyOf(errors);
    }

    static Problem badParameter(String name, String found, String wayOut) {
        var shown =
                found.length() <= SHOWN_CHARS_MAX
                        ? found
                        : found.substring(0, SHOWN_CHARS_MAX) + "…";
        var detail = "'%s' %s".formatted(shown, wayOut);
        return new Problem(
                "/problems/malformed",
                "Malformed input",
                400,
                "%s: %s".formatted(name, detail),
                List.of(new Fault(name, detail)));
    }

    static Problem unknownTransfer(TransferId id) {
        return notFound(
                "there is no transfer %s; one that was just asked for appears in a moment"
                        .formatted(id));
    }

    static Problem notFound(String detail) {
        return new Problem("/problems/not-found", "Not found", 404, detail, List.of());
    }

    static Problem alreadyOver(TransferId id, TransferStatus status) {
        return new Problem(
                "/problems/conflict",
                "Conflict",
                409,
                "transfer %s is over with status %s, so it cannot be cancelled"
                        .formatted(id, status),
                List.of());
    }

    static Problem tooManyStreams(int streamsMax) {
        return new Problem(
                "/problems/busy",
                "Busy",
                503,
                "%d streams are open, and no more are served; close one, ask again later, or poll"
                        .formatted(streamsMax),
                List.of());
    }

    /// What a server of ours says when it is its own fault; the log has the rest.
    static Problem internal() {
        return new Problem(
                "/problems/internal",
                "Internal error",
                500,
                "status-service failed to answer; its log says why",
                List.of());
    }

    static Problem ofStatus(int status, String title) {
        return new Problem("about:blank", title, status, title, List.of());
    }
}
