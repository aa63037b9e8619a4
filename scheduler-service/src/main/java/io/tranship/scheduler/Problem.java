package io.tranship.scheduler;

import java.util.List;

/// An error as a client sees it (RFC 9457).
///
/// @param type a stable name, relative to the project's documentation
record Problem(String type, String title, int status, String detail, List<Fault> errors) {

    Problem {
        errors = List.copyOf(errors);
    }

    static Problem invalid(String what, List<Fault> errors) {
        var detail =
                errors.size() == 1
                        ? "%s: %s".formatted(errors.getFirst().field(), errors.getFirst().detail())
                        : "%d things are wrong with %s; nothing was changed"
                                .formatted(errors.size(), what);
        return new Problem("/problems/invalid", "Invalid input", 422, detail, errors);
    }

    static Problem malformed(String detail) {
        return new Problem("/problems/malformed", "Malformed input", 400, detail, List.of());
    }

    static Problem badParameter(String field, String detail) {
        return new Problem(
                "/problems/malformed",
                "Malformed input",
                400,
                "%s: %s".formatted(field, detail),
                List.of(new Fault(field, detail)));
    }

    static Problem notFound(String kind, String id) {
        return new Problem(
                "/problems/not-found",
                "Not found",
                404,
                "there is no %s with the id or name '%s'".formatted(kind, id),
                List.of());
    }

    static Problem conflict(String detail, List<Fault> errors) {
        return new Problem("/problems/conflict", "Conflict", 409, detail, errors);
    }

    static Problem tooLarge(long bytes, long bytesMax) {
        return new Problem(
                "/problems/too-large",
                "Body too large",
                413,
                "the body has %d bytes; at most %d are taken, so send the catalog in parts"
                        .formatted(bytes, bytesMax),
                List.of());
    }

    /// What a server of ours says when it is its own fault; the log has the rest.
    static Problem internal() {
        return new Problem(
                "/problems/internal",
                "Internal error",
                500,
                "scheduler-service failed to answer; nothing was changed. Its log says why",
                List.of());
    }

    static Problem ofStatus(int status, String title) {
        return new Problem("about:blank", title, status, title, List.of());
    }
}
