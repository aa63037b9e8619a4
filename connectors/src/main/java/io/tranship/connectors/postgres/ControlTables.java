package io.tranship.connectors.postgres;

import io.tranship.connectors.ModelState;
import io.tranship.connectors.ReadBound;
import io.tranship.schemas.WatermarkBasis;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/// The control tables of one destination schema: their names and shape, and how a row is read.
final class ControlTables {

    static final String MODEL = "_tranship_model";
    static final String CHUNK = "_tranship_chunk";
    static final String UNDO = "_tranship_undo";

    private final String schema;

    ControlTables(String schema) {
        this.schema = schema;
    }

    String schema() {
        return schema;
    }

    /// Quoted, with its schema.
    String model() {
        return Quoted.name(schema, MODEL);
    }

    String chunk() {
        return Quoted.name(schema, CHUNK);
    }

    String undo() {
        return Quoted.name(schema, UNDO);
    }

    String table(String name) {
        return Quoted.name(schema, name);
    }

    /// The key of a lock whose turns are given in the order of asking, for the model that the
    /// expression `name` gives.
    String turn(String name) {
        return "hashtextextended('tranship ' || %s || '.' || %s, 0)"
                .formatted(Quoted.literal(schema), name);
    }

    /// One that makes them at a time, as `if not exists` alone still fails when two make the same.
    /// In SQL, an expression of one parameter, the schema.
    static final String LOCK = "hashtextextended('tranship ' || ?, 0)";

    /// Makes what is missing, in the caller's transaction.
    ///
    /// @throws SQLException when somebody else has been making them for too long
    void make(PostgresSession session) throws SQLException {
        try (var lock =
                session.prepared("select pg_advisory_xact_lock(%s)".formatted(LOCK), schema)) {
            lock.execute();
        }
        var missing =
                session.query(
                        "select not exists (select from pg_namespace where nspname = ?)",
                        rows -> rows.next() && rows.getBoolean(1),
                        schema);
        if (missing) {
            session.update("create schema %s".formatted(Quoted.name(schema)));
        }
        session.update(makeModels());
        session.update(makeChunks());
    }

    /// Made with the first difference that displaces something. Its lock is not that of [#make], as
    /// the caller holds a model's row already, and a claim takes the two the other way round.
    void makeUndo(PostgresSession session) {
        session.query(
                "select pg_advisory_xact_lock(hashtextextended('tranship undo ' || ?, 0))",
                ResultSet::next,
                schema);
        session.update(
                """
                create table if not exists %s (
                       model          text        primary key,
                       kept           text,
                       columns        text[]      not null,
                       key            text[]      not null,
                       generation     uuid,
                       revision       bigint,
                       cursor         text,
                       complete_up_to timestamptz,
                       displaced_by   uuid        not null,
                       kept_at        timestamptz not null default now()
                   )
                """
                        .formatted(undo()));
    }

    private String makeModels() {
        return """
        create table if not exists %s (
               model                text        primary key,
               generation           uuid,
               revision             bigint,
               cursor               text,
               complete_up_to       timestamptz,
               rows                 bigint      not null default 0 check (rows >= 0),
               last_transfer        uuid,
               last_transfer_at     timestamptz,
               deletes_detected_at  timestamptz,
               epoch                bigint      not null,
               run                  uuid        not null,
               installation         text        not null,
               destination          text        not null,
               loading              uuid,
               loading_revision     bigint,
               loading_table        text,
               loading_bound        text,
               loading_complete_up_to timestamptz,
               loading_basis        text,
               loading_key_order    text,
               loading_chunks       int,
               check ((generation is null) = (revision is null)),
               check ((generation is null) = (cursor is null)),
               check (num_nulls(loading, loading_revision, loading_table, loading_bound,
                                loading_complete_up_to, loading_basis, loading_key_order,
                                loading_chunks) in (0, 8))
           )
        """
                .formatted(model());
    }

    private String makeChunks() {
        return """
        create table if not exists %s (
               model      text        not null,
               generation uuid        not null,
               n          int         not null check (n >= 1),
               low_key    text[]      not null,
               high_key   text[]      not null,
               rows       bigint,
               bytes      bigint,
               epoch      bigint,
               run        uuid,
               loaded_at  timestamptz,
               primary key (model, generation, n),
               check (num_nulls(rows, bytes, epoch, run, loaded_at) in (0, 5))
           )
        """
                .formatted(chunk());
    }

    /// For `set`: there is no unfinished generation.
    static final String NOTHING_LOADING =
            """
            loading = null, loading_revision = null, loading_table = null, loading_bound = null,
            loading_complete_up_to = null, loading_basis = null, loading_key_order = null,
            loading_chunks = null\
            """;

    /// For [#state].
    static final String STATE =
            """
            c.model, c.generation, c.revision, c.cursor, c.loading, c.loading_revision, c.loading_table,
            c.loading_bound, c.loading_complete_up_to::text, c.loading_basis, c.loading_key_order,
            c.loading_chunks, c.installation, c.destination, c.epoch, c.run,
            exists (select from pg_catalog.pg_class m
                    join pg_catalog.pg_class u on u.relnamespace = m.relnamespace
                    where m.oid = c.tableoid and u.relname = '_tranship_undo')\
            """;

    static ModelState state(ResultSet row) throws SQLException {
        return new ModelState(
                row.getString(1),
                row.getObject(2, UUID.class),
                row.getLong(3),
                row.getString(4),
                row.getObject(5) == null ? null : loading(row));
    }

    private static ModelState.Loading loading(ResultSet row) throws SQLException {
        return new ModelState.Loading(
                row.getObject(5, UUID.class),
                row.getLong(6),
                row.getString(7),
                new ReadBound(
                        row.getString(8),
                        row.getString(9),
                        WatermarkBasis.valueOf(row.getString(10))),
                row.getString(11),
                row.getInt(12));
    }
}
