package io.tranship.schemas;

import static io.tranship.schemas.Blame.CONFIGURATION;
import static io.tranship.schemas.Blame.DESTINATION;
import static io.tranship.schemas.Blame.PLATFORM;
import static io.tranship.schemas.Blame.SOURCE;
import static io.tranship.schemas.Blame.USER;

/// Every way in which a transfer or a request can fail, with who has to act. The codes are stable:
/// one is added, never renamed and never given a second meaning. docs/errors.md says what to do.
public enum ErrorCode {
    INVALID_REQUEST("TRN-101", USER, "The request is not valid"),
    UNKNOWN_DESTINATION("TRN-102", USER, "No such destination"),
    UNKNOWN_MODEL("TRN-103", USER, "No such model at this destination"),
    NO_MODEL("TRN-104", CONFIGURATION, "The destination has no model"),
    UNSUPPORTED_KIND("TRN-105", USER, "This kind of transfer is not supported"),
    STOPPED_BY_USER("TRN-106", USER, "Stopped, as somebody asked for it"),

    ORDER_TOO_LARGE("TRN-201", CONFIGURATION, "The work order is too large"),
    SECRET_NOT_RESOLVABLE("TRN-202", CONFIGURATION, "A secret cannot be resolved"),
    UNSUPPORTED_VENDOR("TRN-203", CONFIGURATION, "This vendor is not supported"),
    INVALID_CATALOG("TRN-204", CONFIGURATION, "The catalog is not valid"),
    NAME_COLLISION("TRN-205", CONFIGURATION, "Two names become the same at the destination"),
    ENDPOINT_FORBIDDEN("TRN-206", CONFIGURATION, "No database may be at this address"),

    SOURCE_UNREACHABLE("TRN-301", SOURCE, "The source cannot be reached"),
    SOURCE_AUTH_FAILED("TRN-302", SOURCE, "The source refused user or password"),
    SOURCE_TLS_FAILED("TRN-303", SOURCE, "No TLS connection to the source"),
    SOURCE_DATABASE_MISSING("TRN-304", SOURCE, "No such database or schema at the source"),
    SOURCE_PRIVILEGE_MISSING("TRN-305", SOURCE, "A privilege is missing at the source"),
    SOURCE_TABLE_MISSING("TRN-306", SOURCE, "The table is missing at the source"),
    SOURCE_COLUMN_MISSING("TRN-307", SOURCE, "A column is missing at the source"),
    SOURCE_KEY_MISSING("TRN-308", SOURCE, "The key is missing or not unique at the source"),
    SOURCE_KEY_DOUBLED("TRN-309", SOURCE, "One key stands in several rows of the source"),
    SOURCE_TYPE_UNSUITABLE("TRN-310", SOURCE, "A required column has an unsuitable type"),
    SOURCE_STATEMENT_TIMEOUT("TRN-311", SOURCE, "A statement at the source took too long"),
    SOURCE_CONNECTION_LOST("TRN-312", SOURCE, "The connection to the source broke"),
    SOURCE_OVERLOADED("TRN-313", SOURCE, "The source has no connection or memory left"),
    SOURCE_ROW_TOO_LARGE("TRN-314", SOURCE, "A row is too large"),
    SOURCE_ROWS_AHEAD("TRN-315", SOURCE, "Too many rows changed since the last transfer"),
    SOURCE_CONFLICT("TRN-316", SOURCE, "The standby needed what was being read"),
    SOURCE_FAILED("TRN-399", SOURCE, "The source answered with an error"),

    DESTINATION_UNREACHABLE("TRN-401", DESTINATION, "The destination cannot be reached"),
    DESTINATION_AUTH_FAILED("TRN-402", DESTINATION, "The destination refused user or password"),
    DESTINATION_TLS_FAILED("TRN-403", DESTINATION, "No TLS connection to the destination"),
    DESTINATION_DATABASE_MISSING("TRN-404", DESTINATION, "No such database at the destination"),
    DESTINATION_PRIVILEGE_MISSING(
            "TRN-405", DESTINATION, "A privilege is missing at the destination"),
    DESTINATION_TYPE_CHANGED("TRN-406", DESTINATION, "A column's type no longer fits the table"),
    DESTINATION_TABLE_NOT_OURS(
            "TRN-407", DESTINATION, "A table is there that Tranship did not make"),
    DESTINATION_TABLE_TAKEN("TRN-408", DESTINATION, "The table belongs to another installation"),
    DESTINATION_STATEMENT_TIMEOUT(
            "TRN-409", DESTINATION, "A statement at the destination took too long"),
    DESTINATION_CONNECTION_LOST("TRN-410", DESTINATION, "The connection to the destination broke"),
    DESTINATION_OVERLOADED(
            "TRN-411", DESTINATION, "The destination has no connection or memory left"),
    DESTINATION_DISK_FULL("TRN-412", DESTINATION, "The destination has no space left"),
    DESTINATION_CONSTRAINT_VIOLATED(
            "TRN-413", DESTINATION, "A constraint at the destination refuses a row"),
    DESTINATION_CLAIM_TIMEOUT("TRN-414", DESTINATION, "The model stayed locked at the destination"),
    DESTINATION_SHRINKS("TRN-415", DESTINATION, "A full refresh would leave far fewer rows"),
    DESTINATION_NOTHING_TO_RESTORE("TRN-416", DESTINATION, "There is nothing to restore"),
    DESTINATION_ROWS_QUARANTINED(
            "TRN-417", DESTINATION, "More rows are unfit than the limit allows"),
    DESTINATION_DELETES_HELD("TRN-418", DESTINATION, "Far more rows would be deleted than usual"),
    DESTINATION_TABLE_NEEDED(
            "TRN-421", DESTINATION, "Something else at the destination needs the table"),
    DESTINATION_FAILED("TRN-499", DESTINATION, "The destination answered with an error"),

    FENCE_LOST("TRN-501", PLATFORM, "A newer transfer has taken the model over"),
    ORDER_NOT_TAKEN("TRN-502", PLATFORM, "No worker took the order in time"),
    RUNNER_NOT_STARTED("TRN-503", PLATFORM, "The runner could not be started"),
    RUNNER_DIED("TRN-504", PLATFORM, "The runner died"),
    RUNNER_OUT_OF_MEMORY("TRN-505", PLATFORM, "The runner ran out of memory"),
    RUNNER_STOPPED("TRN-506", PLATFORM, "The runner was stopped by its launcher"),
    RUNNER_SELF_FENCED("TRN-507", PLATFORM, "The runner lost touch and ended itself"),
    INTEGRITY_MISMATCH("TRN-508", PLATFORM, "Source and destination differ"),
    RECEIPT_UNBALANCED("TRN-509", PLATFORM, "What was read is not accounted for"),
    SCRATCH_FULL("TRN-510", PLATFORM, "The worker has no space left"),
    NOT_DISPATCHED("TRN-511", PLATFORM, "No slot came free in time"),
    RUNNER_SILENT("TRN-512", PLATFORM, "The runner fell silent"),
    RUN_TOO_LONG("TRN-513", PLATFORM, "The run took longer than any may"),
    INTERNAL_ERROR("TRN-599", PLATFORM, "A fault of Tranship");

    private final String code;
    private final Blame blame;
    private final String title;

    ErrorCode(String code, Blame blame, String title) {
        this.code = code;
        this.blame = blame;
        this.title = title;
    }

    public String code() {
        return code;
    }

    public Blame blame() {
        return blame;
    }

    public String title() {
        return title;
    }

    /// @param message names the thing, the value found and the way out; never a row value, never a
    ///   secret, never a server's own words
    public TransferError error(String message) {
        return new TransferError(code, title, blame, message);
    }
}
