package io.tranship.schemas;

/// What an integrity job found for one model: counts and digests of both sides, over all columns.
public record IntegrityReport(
        long sourceRows, String sourceDigest, long destinationRows, String destinationDigest) {

    public boolean isIdentical() {
        return sourceRows == destinationRows && sourceDigest.equals(destinationDigest);
    }
}
