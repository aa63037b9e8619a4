package io.tranship.schemas;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The full current state of one thing of the catalog.
public sealed interface CatalogRecord {

    /// A UUID v7 as text; for the organisation the installation's id.
    String id();

    String name();

    /// The catalog-wide revision under which this thing last changed.
    long revision();

    /// `source`, `model`, `recipient`, `destination` or `organization`.
    default String kind() {
        return switch (this) {
            case Organization _ -> "organization";
            case Source _ -> "source";
            case Model _ -> "model";
            case Recipient _ -> "recipient";
            case Destination _ -> "destination";
        };
    }

    /// The key of the `catalog` topic.
    default String key() {
        return kind() + ":" + id();
    }

    /// @param id the installation's id, which marks the control tables at destinations
    /// @param frequencyMinutes for destinations that have none of their own
    record Organization(String id, String name, long revision, int frequencyMinutes)
            implements CatalogRecord {}

    /// @param lookbackSeconds null: the vendor's default
    /// @param maxRowsPerSecond of all transfers from it together; null: as fast as it goes
    record Source(
            String id,
            String name,
            long revision,
            Endpoint endpoint,
            int maxConcurrentTransfers,
            int maxConcurrentQueriesPerTransfer,
            @Nullable Integer lookbackSeconds,
            @Nullable Integer maxRowsPerSecond)
            implements CatalogRecord {}

    /// @param source id of the source
    /// @param columns empty: all columns of the table
    /// @param backfillNewColumns a column that the source gets later is filled for old rows too
    record Model(
            String id,
            String name,
            long revision,
            String source,
            String table,
            Tenancy tenancy,
            List<String> primaryKey,
            LastModified lastModified,
            NullLastModified nullLastModified,
            int quarantineRowsMax,
            List<Column> columns,
            @Nullable Deletes deletes,
            boolean backfillNewColumns)
            implements CatalogRecord {

        public Model {
            primaryKey = List.copyOf(primaryKey);
            columns = List.copyOf(columns);
        }

        /// A column says of each row whether it is deleted.
        public boolean marksDeleted() {
            return deletes != null && deletes.softColumn() != null;
        }
    }

    /// @param tenantId the tenant column's value, or the schema's name
    record Recipient(String id, String name, long revision, String tenantId)
            implements CatalogRecord {}

    /// @param recipient id of the recipient
    /// @param models names of models, or the single `*`
    /// @param frequencyMinutes 0: the organisation's
    /// @param readers roles that may read the tables that are made
    record Destination(
            String id,
            String name,
            long revision,
            String recipient,
            Endpoint endpoint,
            List<String> models,
            boolean enabled,
            int frequencyMinutes,
            int maxConcurrentTransfers,
            int maxConcurrentQueriesPerTransfer,
            List<String> readers)
            implements CatalogRecord {

        public Destination {
            models = List.copyOf(models);
            readers = List.copyOf(readers);
        }

        public boolean takes(Model model) {
            return models.contains("*") || models.contains(model.name());
        }
    }

    /// How a tenant's rows are told from others'.
    sealed interface Tenancy {
        /// By the value of a column.
        record ByColumn(String column) implements Tenancy {}

        /// Each tenant has a schema of its own, named by the recipient's tenant id.
        record BySchema() implements Tenancy {}
    }

    /// @param zone of a `timestamp` without zone; null when unknown or not needed
    record LastModified(String column, @Nullable String zone) {}

    enum NullLastModified {
        BACKFILL_ONLY,
        ALWAYS
    }

    /// @param as name at the destination; null: the same
    /// @param type at the destination; null: chosen by the connector
    record Column(String name, @Nullable String as, @Nullable String type) {}

    /// @param softColumn null: rows are never marked as deleted
    /// @param detectMinutes 0: hard deletes are not looked for
    record Deletes(@Nullable String softColumn, int detectMinutes, int breakerPercent) {}
}
