package io.tranship.status;

import io.tranship.schemas.TransferFact.Blocked;
import io.tranship.schemas.TransferId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The log of one transfer while facts are added to it: what is already known is dropped, what is
/// new is kept with its mark, and the record is folded on.
///
/// Only facts that decide the record are needed to go on from: the others change nothing by
/// definition.
final class TransferLog {

    /// @param digest of its bytes: the same bytes are the same fact
    record Kept(String digest, LoggedFact logged) {}

    /// A fact that was not known before.
    ///
    /// @param isVoid it came too late, or from a run that does not count
    /// @param decides the record would be another without it
    record Entry(String digest, LoggedFact logged, boolean isVoid, boolean decides) {}

    private final Set<String> known;
    private final List<Entry> added = new ArrayList<>();
    private final List<String> superseded = new ArrayList<>();
    private TransferRecord record;
    private @Nullable String blockedDigest;

    /// @param seenAt append time of the first fact ever
    /// @param deciding what decided the record so far, in the order of the log
    /// @param known digests of facts that are in the log already, at least of those that may come
    TransferLog(TransferId id, Instant seenAt, List<Kept> deciding, Collection<String> known) {
        this.known = new HashSet<>(known);
        record = TransferRecord.unknown(id, seenAt);
        for (var kept : deciding) {
            this.known.add(kept.digest());
            record = record.after(kept.logged());
            if (kept.logged().fact() instanceof Blocked) {
                blockedDigest = kept.digest();
            }
        }
    }

    /// Whether the fact was new.
    boolean add(String digest, LoggedFact logged) {
        if (!known.add(digest)) {
            return false;
        }
        var isVoid = record.state().isVoid(logged.fact());
        var next = record.after(logged);
        var decides = !next.equals(record);
        record = next;
        added.add(new Entry(digest, logged, isVoid, decides));
        if (decides && logged.fact() instanceof Blocked) {
            if (blockedDigest != null) {
                superseded.add(blockedDigest);
            }
            blockedDigest = digest;
        }
        return true;
    }

    TransferRecord record() {
        return record;
    }

    /// In the order of the log. One that was superseded since still says that it decides; see
    /// [#superseded()].
    List<Entry> added() {
        return List.copyOf(added);
    }

    /// Facts that decide no longer: a later one says more.
    List<String> superseded() {
        return List.copyOf(superseded);
    }
}
