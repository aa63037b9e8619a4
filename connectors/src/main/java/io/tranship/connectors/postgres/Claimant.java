package io.tranship.connectors.postgres;

import io.tranship.schemas.RunId;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.WorkOrder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who writes at a destination: every control row that it touches says so.
///
/// @param destination id of the destination
record Claimant(
        String installation, String destination, long epoch, RunId run, TransferId transfer) {

    private static final Pattern EPOCH = Pattern.compile("\\d{1,18}");

    static Claimant of(WorkOrder order, RunId run) {
        return new Claimant(
                order.installation(),
                order.destination().id(),
                order.epoch(),
                run,
                order.transferId());
    }

    String applicationName() {
        return applicationName(epoch);
    }

    /// By which the sessions of an older epoch are known.
    String applicationName(long ofEpoch) {
        return "tranship:%s:%d".formatted(installation, ofEpoch);
    }

    /// Whether a session of that name is an earlier run's of this installation.
    boolean isOlder(@Nullable String applicationName) {
        var prefix = "tranship:%s:".formatted(installation);
        return applicationName != null
                && applicationName.startsWith(prefix)
                && EPOCH.matcher(applicationName.substring(prefix.length())).matches()
                && Long.parseLong(applicationName.substring(prefix.length())) < epoch;
    }
}
