package io.tranship.dispatch;

import io.tranship.schemas.TransferKind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A waiting transfer whose names are known: it may run as soon as there is room.
///
/// @param supposed another limit than the catalog's, for the question what would be if
record Candidate(WaitingTransfer waiting, Resolution.Resolved resolved, @Nullable Need supposed) {

    Candidate(WaitingTransfer waiting, Resolution.Resolved resolved) {
        this(waiting, resolved, null);
    }

    Candidate supposing(@Nullable Need limit) {
        return new Candidate(waiting, resolved, limit);
    }

    TransferKind kind() {
        return waiting.kind();
    }

    String destination() {
        return resolved.destination().id();
    }

    String recipient() {
        return resolved.recipient().id();
    }

    Resource mode() {
        return Resource.mode(destination(), kind());
    }

    /// Everything that says whether it may run.
    Stream<Resource> concerned() {
        return Stream.concat(
                Stream.of(TransferKind.values()).map(kind -> Resource.mode(destination(), kind)),
                needs(0).stream().map(Need::resource));
    }

    /// @param fleetRoom how many transfers live launchers take at once
    List<Need> needs(int fleetRoom) {
        var needs = new ArrayList<>(resolved.needs());
        needs.add(new Need(Resource.FLEET, fleetRoom));
        if (supposed != null) {
            needs.replaceAll(need -> need.resource().equals(supposed.resource()) ? supposed : need);
        }
        return needs;
    }
}
