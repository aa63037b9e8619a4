package io.tranship.benchmarks.data;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;

/// A plain JDBC reader and writer, with what the driver has for speed: a cursor that fetches a
/// thousand rows, and batches of a thousand that it rewrites to inserts of many rows.
record JdbcBatches(DataStand stand) implements Contender {

    private static final int BATCH = 1_000;

    @Override
    public String name() {
        return "backfill_jdbc_rewrite";
    }

    @Override
    public boolean isSlow() {
        return true;
    }

    @Override
    public Taken carry() throws SQLException {
        stand.makeLanding();
        var insert =
                "insert into %s (%s) values (%s)"
                        .formatted(
                                DataStand.LANDING,
                                TenantSet.columns(),
                                String.join(
                                        ", ", Collections.nCopies(TenantSet.COLUMNS.size(), "?")));
        try (var from = stand.source();
                var to = stand.destinationRewriting()) {
            from.setAutoCommit(false);
            to.setAutoCommit(false);
            var meter = Meter.begin(stand, DataStand::ownSeconds);
            try (var read = from.prepareStatement(stand.set().select());
                    var write = to.prepareStatement(insert)) {
                read.setFetchSize(BATCH);
                try (var rows = read.executeQuery()) {
                    copy(rows, write);
                }
            }
            to.commit();
            return meter.end();
        }
    }

    private static void copy(ResultSet rows, PreparedStatement write) throws SQLException {
        var columns = TenantSet.COLUMNS.size();
        var waiting = 0;
        while (rows.next()) {
            for (var n = 1; n <= columns; n++) {
                write.setObject(n, rows.getObject(n));
            }
            write.addBatch();
            waiting++;
            if (waiting == BATCH) {
                write.executeBatch();
                waiting = 0;
            }
        }
        if (waiting > 0) {
            write.executeBatch();
        }
    }
}
