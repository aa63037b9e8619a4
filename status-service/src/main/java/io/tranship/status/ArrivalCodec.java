package io.tranship.status;

import io.tranship.outbox.InboxRecord;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.UndecodableException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/// Reads facts, from the topic and from where they are kept.
final class ArrivalCodec {

    private ArrivalCodec() {}

    /// The key decided the partition, and so the place among the other facts of the transfer: one
    /// under a strange key stands in no order, and would be folded twice at once.
    static Arrival decode(InboxRecord consumed) throws UndecodableException {
        var bytes = consumed.value();
        if (bytes == null) {
            throw new UndecodableException("no value, where a fact is expected");
        }
        var fact = FactCodec.decode(bytes);
        if (!fact.transferId().toString().equals(consumed.key())) {
            throw new UndecodableException(
                    "the record's key is not the id %s of its transfer"
                            .formatted(fact.transferId()));
        }
        return new Arrival(
                digest(bytes),
                new LoggedFact(fact, consumed.timestamp()),
                consumed.partition(),
                consumed.offset(),
                bytes);
    }

    /// What was decoded once and kept.
    static TransferLog.Kept kept(String digest, String hex, Instant appendedAt) {
        return new TransferLog.Kept(digest, logged(hex, appendedAt));
    }

    static LoggedFact logged(String hex, Instant appendedAt) {
        try {
            return new LoggedFact(FactCodec.decode(HexFormat.of().parseHex(hex)), appendedAt);
        } catch (UndecodableException e) {
            throw new IllegalStateException("a kept fact cannot be read any more", e);
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
