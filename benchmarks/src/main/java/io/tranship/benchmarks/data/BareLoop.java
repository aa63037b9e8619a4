package io.tranship.benchmarks.data;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.postgresql.PGConnection;

/// The loop that everybody writes once: rows from one connection's COPY to another's, by the
/// driver's `CopyManager`. Its connections are open before its time begins.
///
/// @param streams each with a connection to both sides and its part of the keys
record BareLoop(DataStand stand, int streams) implements Contender {

    @Override
    public String name() {
        return streams == 1
                ? "backfill_bare_loop"
                : "backfill_bare_loop_%d_streams".formatted(streams);
    }

    @Override
    public boolean isSlow() {
        return false;
    }

    @Override
    public Taken carry() throws Exception {
        stand.makeLanding();
        var loops = new ArrayList<Callable<Long>>();
        var open = new ArrayList<Connection>();
        try (var threads = Executors.newFixedThreadPool(streams)) {
            for (var n = 0; n < streams; n++) {
                var from = stand.source();
                open.add(from);
                var to = stand.destination();
                open.add(to);
                var part = stand.set().selectPart(n, streams);
                loops.add(() -> copy(from, part, to, DataStand.LANDING));
            }
            var meter = Meter.begin(stand, DataStand::ownSeconds);
            for (var each : threads.invokeAll(loops)) {
                each.get();
            }
            return meter.end();
        } finally {
            for (var each : open) {
                each.close();
            }
        }
    }

    /// @return rows, as the destination counts them
    static long copy(Connection from, String select, Connection to, String table)
            throws SQLException {
        var in =
                to.unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn(
                                "copy %s (%s) from stdin (format binary)"
                                        .formatted(table, TenantSet.columns()));
        try {
            var out =
                    from.unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyOut("copy (%s) to stdout (format binary)".formatted(select));
            for (var row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
                in.writeToCopy(row, 0, row.length);
            }
            return in.endCopy();
        } finally {
            if (in.isActive()) {
                in.cancelCopy();
            }
        }
    }
}
