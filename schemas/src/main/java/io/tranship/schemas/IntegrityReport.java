package io.tranship.schemas;

/// What an integrity job found for one model: counts and digests of both sides, over all columns.
///
/// Rows that changed at the source since the last transfer may differ, as the next one reads them
/// again. When both sides are the same with them, they are compared like any other; else they are
/// left out at both sides, and counted as later.
///
/// @param sourceRows that were compared, as are the digests; after a repair, what is there then
/// @param laterRows left out
/// @param partsUnequal parts of the table, of 4,096, whose digests differed
/// @param partsExamined of them, row by row; the next three count only rows of these
/// @param rowsMissing at the destination
/// @param rowsStale other values at the destination
/// @param rowsExtra not at the source, or no longer this tenant's
public record IntegrityReport(
        long sourceRows,
        String sourceDigest,
        long destinationRows,
        String destinationDigest,
        long laterRows,
        int partsUnequal,
        int partsExamined,
        long rowsMissing,
        long rowsStale,
        long rowsExtra) {

    public boolean isIdentical() {
        return sourceRows == destinationRows && sourceDigest.equals(destinationDigest);
    }

    /// Nothing was found.
    public static IntegrityReport identical(long rows, String digest, long laterRows) {
        return new IntegrityReport(rows, digest, rows, digest, laterRows, 0, 0, 0, 0, 0);
    }
}
