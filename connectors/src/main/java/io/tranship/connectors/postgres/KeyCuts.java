package io.tranship.connectors.postgres;

import io.tranship.connectors.KeyRange;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Cuts a tenant's rows into key ranges, by one pass of a cursor over the keys.
///
/// The server passes over what lies between two cuts: it numbers no row, and makes a text of no
/// other key.
final class KeyCuts {

    /// So many are asked for in one go: a round trip for each takes long from afar.
    private static final int AT_ONCE = 16;

    private final PostgresSession session;
    private final String rows;
    private final String key;
    private final int columns;

    /// @param rows `from … where …`, with everything bound that it reads
    /// @param key quoted names
    /// @param columns of the key
    KeyCuts(PostgresSession session, String rows, String key, int columns) {
        this.session = session;
        this.rows = rows;
        this.key = key;
        this.columns = columns;
    }

    List<KeyRange> into(int rowsPerRange) {
        return session.transaction(() -> {
            session.update(
                    "declare tranship_keys no scroll cursor for select %1$s %2$s order by %1$s"
                            .formatted(key, rows));
            return KeyRange.between(session.guarded(() -> everyNth(rowsPerRange)));
        });
    }

    private List<List<String>> everyNth(int rowsPerRange) throws SQLException {
        var step = Math.min(rowsPerRange, Integer.MAX_VALUE - 1);
        var later = fetch(step).repeat(AT_ONCE - 1);
        var found = new ArrayList<List<String>>();
        try (var statement = session.plain()) {
            var asked = fetch(step + 1) + later;
            while (true) {
                var _ = statement.execute(asked);
                for (var i = 0; i < AT_ONCE; i++) {
                    try (var row = statement.getResultSet()) {
                        if (!row.next()) {
                            return found;
                        }
                        found.add(texts(row));
                    }
                    var _ = statement.getMoreResults();
                }
                asked = fetch(step) + later;
            }
        }
    }

    private static String fetch(int distance) {
        return "fetch relative %d from tranship_keys;".formatted(distance);
    }

    private List<String> texts(ResultSet row) throws SQLException {
        var texts = new ArrayList<String>(columns);
        for (var i = 1; i <= columns; i++) {
            texts.add(row.getString(i));
        }
        return texts;
    }
}
