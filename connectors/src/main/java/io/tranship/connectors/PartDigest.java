package io.tranship.connectors;

/// Count of rows, and the sum of their hashes in two halves, each modulo 2^64: so the digest of two
/// sets of rows is the sum of theirs, in any order.
public record PartDigest(long rows, long high, long low) {

    public static final PartDigest NONE = new PartDigest(0, 0, 0);

    public PartDigest plus(PartDigest other) {
        return new PartDigest(rows + other.rows, high + other.high, low + other.low);
    }

    public PartDigest minus(PartDigest other) {
        return new PartDigest(rows - other.rows, high - other.high, low - other.low);
    }

    /// As 32 hexadecimal digits.
    public String digest() {
        return "%016x%016x".formatted(high, low);
    }
}
