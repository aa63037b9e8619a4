package io.tranship.connectors.postgres;

import io.tranship.connectors.Haul;
import io.tranship.connectors.RowFormat;
import io.tranship.connectors.RowPipe;
import io.tranship.connectors.TransferFailure;
import io.tranship.schemas.ErrorCode;
import java.sql.SQLException;
import java.util.List;

/// Takes rows into one table by COPY, in the caller's transaction.
final class CopyIntake implements Haul.Intake {

    private final PostgresSession session;
    private final String model;
    private final String sql;

    /// @param table quoted
    /// @param columns of the table
    CopyIntake(
            PostgresSession session,
            String model,
            String table,
            List<String> columns,
            RowFormat format) {
        this.session = session;
        this.model = model;
        this.sql =
                "copy %s (%s) from stdin (format %s)"
                        .formatted(
                                table,
                                Quoted.names(columns),
                                format == RowFormat.BINARY ? "binary" : "text");
    }

    @Override
    public long take(RowPipe pipe) {
        try {
            return copy(pipe);
        } catch (SQLException e) {
            throw isDoubled(e) ? doubled(model) : session.failure(e);
        }
    }

    private long copy(RowPipe pipe) throws SQLException {
        var copy = session.copying().copyIn(sql);
        try {
            for (var block = pipe.take(); block != null; block = pipe.take()) {
                copy.writeToCopy(
                        block.array(), block.arrayOffset() + block.position(), block.remaining());
            }
            return copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    /// A unique index refuses a second row, or one statement met a key twice.
    static boolean isDoubled(SQLException e) {
        var state = PostgresErrors.stateOf(e);
        return state.equals("23505") || state.equals("21000");
    }

    static TransferFailure doubled(String model) {
        return new TransferFailure(
                ErrorCode.SOURCE_KEY_DOUBLED,
                "model %s: one key stands in several rows of what was read; its primary_key must name columns that are unique together"
                        .formatted(model));
    }
}
