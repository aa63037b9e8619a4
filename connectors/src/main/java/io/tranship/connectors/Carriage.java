package io.tranship.connectors;

import io.tranship.schemas.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/// The columns of a model on their way, and the form in which their rows travel.
record Carriage(List<Carried> columns, RowFormat format) {

    Carriage {
        columns = List.copyOf(columns);
    }

    /// Insists that the destination holds every value exactly. Rows pass through undecoded only
    /// when both ends say yes and every type is the same, as a binary COPY checks lengths and
    /// nothing else.
    static Carriage between(
            Source source, SourceTable from, Destination destination, DestinationTable to) {
        var columns = new ArrayList<Carried>(from.columns().size());
        var same = true;
        for (var column : from.columns()) {
            var type = to.columns().get(column.as());
            if (type == null) {
                throw new TransferFailure(
                        ErrorCode.DESTINATION_TYPE_CHANGED,
                        "table %s at the destination lacks column %s of model %s; transfer with full_refresh"
                                .formatted(to.name(), column.as(), from.model().name()));
            }
            if (!TypeFit.holds(column.type(), type)) {
                throw unfit(from, column, to, type);
            }
            same &=
                    column.type().isSameAs(type)
                            && source.givesBinary(column.type())
                            && destination.takesBinary(type);
            columns.add(new Carried(column, column.as(), type));
        }
        checkLastModified(from, to);
        return new Carriage(columns, same ? RowFormat.BINARY : RowFormat.TEXT);
    }

    Carriage asText() {
        return new Carriage(columns, RowFormat.TEXT);
    }

    List<TableColumn> from() {
        return columns.stream().map(Carried::from).toList();
    }

    /// The cursor is computed at the destination, in the source's type.
    private static void checkLastModified(SourceTable from, DestinationTable to) {
        var column = from.lastModified();
        var type = to.columns().get(column.as());
        if (type == null || type.oid() != column.type().oid()) {
            throw unfit(from, column, to, type == null ? column.type() : type);
        }
    }

    private static TransferFailure unfit(
            SourceTable from, TableColumn column, DestinationTable to, ColumnType type) {
        return new TransferFailure(
                ErrorCode.DESTINATION_TYPE_CHANGED,
                "model %s: column %s is %s at the source, which %s.%s of type %s cannot hold exactly; widen it at the destination, or declare a type in the model"
                        .formatted(
                                from.model().name(),
                                column.name(),
                                column.type().name(),
                                to.name(),
                                column.as(),
                                type.name()));
    }
}
