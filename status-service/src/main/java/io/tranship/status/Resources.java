package io.tranship.status;

import io.tranship.schemas.TransferKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which transfer holds what another one waits for, in the ledger's names of resources.
///
/// The ledger's slots are its own; this is what the records show of them.
final class Resources {

    private Resources() {}

    /// What a transfer waits for, if the log says so.
    static @Nullable String awaited(TransferRecord record) {
        var blocked = record.blocked();
        return record.isWaiting() && blocked != null ? blocked.resource() : null;
    }

    /// Under which names a dispatched transfer stands in the way of others.
    static List<String> held(TransferRecord record) {
        var dispatched = record.state().dispatched();
        if (dispatched == null || !record.isHolding()) {
            return List.of();
        }
        var target = dispatched.target();
        var held = new ArrayList<String>();
        held.add("fleet");
        held.add("destination:" + target.destinationId());
        for (var source : target.sourceIds()) {
            held.add("source:" + source);
        }
        for (var model : dispatched.models()) {
            held.add("model:%s/%s".formatted(target.destinationId(), model.model()));
        }
        var requested = record.requested();
        if (requested != null) {
            held.addAll(closedModes(target.destinationId(), requested.request().kind()));
        }
        return held;
    }

    /// A transfer of one kind keeps all other kinds away from its destination.
    private static List<String> closedModes(String destinationId, TransferKind kind) {
        var closed = new ArrayList<String>();
        for (var other : TransferKind.values()) {
            if (other != kind) {
                closed.add("mode:%s/%s".formatted(destinationId, other));
            }
        }
        return closed;
    }
}
