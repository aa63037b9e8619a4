package io.tranship.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Waiting transfers, told apart by whether their names mean something yet.
///
/// @param candidates for admission
/// @param others decided already: they wait for the catalog, or are given up
record Roster(List<Candidate> candidates, List<Decision> others) {

    /// @param patience how long a request waits for names that the catalog does not know
    static Roster of(
            List<WaitingTransfer> waiting, Catalog catalog, Instant now, Duration patience) {
        var candidates = new ArrayList<Candidate>();
        var others = new ArrayList<Decision>();
        for (var transfer : waiting) {
            switch (catalog.resolve(transfer.request())) {
                case Resolution.Resolved resolved ->
                        candidates.add(new Candidate(transfer, resolved));
                case Resolution.Ahead _ -> others.add(new Decision.AwaitCatalog(transfer, null));
                case Resolution.Unresolved unresolved -> {
                    var until = transfer.unknownUntil();
                    if (until == null) {
                        others.add(new Decision.AwaitCatalog(transfer, now.plus(patience)));
                    } else if (now.isBefore(until)) {
                        others.add(new Decision.AwaitCatalog(transfer, until));
                    } else {
                        others.add(new Decision.Reject(transfer, unresolved.error()));
                    }
                }
            }
        }
        return new Roster(candidates, others);
    }
}
