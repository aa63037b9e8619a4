package io.tranship.connectors.postgres;

import io.tranship.connectors.Destination.Claim;
import io.tranship.connectors.ModelState;
import io.tranship.connectors.TransferFailure;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.TransferError;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/// Claims models for a run: writes its epoch and run into the row of each, so that the newest run
/// is let in and every older one finds itself shut out by the [Fence].
final class Claims {

    private static final int ATTEMPTS = 3;

    private final PostgresSession session;
    private final ControlTables control;
    private final Claimant claimant;
    private boolean mayHaveUndo;
    private boolean mayHaveUnfinished;

    Claims(PostgresSession session, ControlTables control, Claimant claimant) {
        this.session = session;
        this.control = control;
        this.claimant = claimant;
    }

    /// All or, when a newer run holds one, none.
    ///
    /// @param make make control tables and rows where they are missing
    Map<String, Claim> claim(List<String> models, boolean make, boolean adopt) {
        var names = models.stream().sorted().toList();
        for (var attempt = 1; ; attempt++) {
            try {
                return attempt(names, make, adopt);
            } catch (SQLException e) {
                if (!PostgresErrors.stateOf(e).equals("55P03")) {
                    throw session.failure(e);
                }
                if (attempt == ATTEMPTS) {
                    throw new TransferFailure(
                            ErrorCode.DESTINATION_CLAIM_TIMEOUT,
                            "models %s stayed locked in %s.%s; see who holds a lock on it"
                                    .formatted(names, control.schema(), ControlTables.MODEL));
                }
                endOlderRuns(names);
            }
        }
    }

    /// What the last claim saw: there may be something to undo in this schema.
    boolean mayHaveUndo() {
        return mayHaveUndo;
    }

    /// What the last claim saw: there may be generations that nobody comes back for.
    boolean mayHaveUnfinished() {
        return mayHaveUnfinished;
    }

    private String seen() {
        return "%s, exists (select from %s o where o.loading is not null and o.epoch < %d)"
                .formatted(
                        ControlTables.STATE,
                        control.model(),
                        LeftOvers.endedBefore(claimant.epoch()));
    }

    private ModelState look(ResultSet row) throws SQLException {
        mayHaveUndo |= row.getBoolean(17);
        mayHaveUnfinished |= row.getBoolean(18);
        return ControlTables.state(row);
    }

    private Map<String, Claim> attempt(List<String> names, boolean make, boolean adopt)
            throws SQLException {
        var quick = quick(names);
        if (quick.size() == names.size()) {
            return quick;
        }
        return session.transactionOf(() -> thorough(names, make, adopt));
    }

    /// The usual case, that every row is there and older, in one statement; else nothing is done.
    private Map<String, Claim> quick(List<String> names) throws SQLException {
        var sql =
                """
                with turn as materialized (%3$s), held as materialized (
                    select model from %1$s
                    where model = any (?) and (select count(*) from turn) > 0
                    order by model for update
                )
                update %1$s c set epoch = ?, run = ?
                from held
                where c.model = held.model and c.installation = ? and c.destination = ?
                  and (c.epoch < ? or (c.epoch = ? and c.run = ?))
                returning %2$s
                """
                        .formatted(control.model(), seen(), turns());
        var run = claimant.run().value();
        try {
            return session.transactionOf(() -> {
                try (var statement =
                                session.prepared(
                                        sql,
                                        names,
                                        names,
                                        claimant.epoch(),
                                        run,
                                        claimant.installation(),
                                        claimant.destination(),
                                        claimant.epoch(),
                                        claimant.epoch(),
                                        run);
                        var rows = statement.executeQuery()) {
                    var claims = new TreeMap<String, Claim>();
                    while (rows.next()) {
                        claims.put(rows.getString(1), new Claim.Held(look(rows)));
                    }
                    if (claims.size() < names.size()) {
                        throw new Incomplete();
                    }
                    return claims;
                }
            });
        } catch (Incomplete _) {
            return Map.of();
        } catch (SQLException e) {
            var state = PostgresErrors.stateOf(e);
            if (state.equals("42P01") || state.equals("3F000")) {
                return Map.of();
            }
            throw e;
        }
    }

    /// Rolls back a claim of fewer rows than models.
    private static final class Incomplete extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private Map<String, Claim> thorough(List<String> names, boolean make, boolean adopt)
            throws SQLException {
        if (make) {
            control.make(session);
            add(names);
        } else if (isUnknown()) {
            return missing(names, new TreeMap<>());
        }
        var claims = new TreeMap<String, Claim>();
        var sql =
                """
                with turn as materialized (%s)
                select %s from %s c where c.model = any (?) and (select count(*) from turn) > 0
                order by c.model for update
                """
                        .formatted(turns(), seen(), control.model());
        try (var statement = session.prepared(sql, names, names);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                claims.put(rows.getString(1), judge(rows, adopt));
            }
        }
        var held =
                claims.entrySet().stream()
                        .filter(entry -> entry.getValue() instanceof Claim.Held)
                        .map(Map.Entry::getKey)
                        .toList();
        take(held);
        return missing(names, claims);
    }

    /// Lanes of an older run that come later wait behind it, whoever shares the rows now.
    private String turns() {
        return "select pg_advisory_xact_lock(%s) from (select name from unnest(?::text[]) m (name) order by name offset 0) n"
                .formatted(control.turn("name"));
    }

    private boolean isUnknown() {
        return session.query(
                "select to_regclass(?) is null",
                rows -> rows.next() && rows.getBoolean(1),
                control.model());
    }

    /// Rows of models that were never transferred, with an epoch below every other.
    private void add(List<String> names) throws SQLException {
        var sql =
                """
                insert into %s (model, epoch, run, installation, destination)
                select model, 0, ?, ?, ? from unnest(?::text[]) with ordinality as m (model, place)
                order by place
                on conflict (model) do nothing
                """
                        .formatted(control.model());
        try (var statement =
                session.prepared(
                        sql,
                        claimant.run().value(),
                        claimant.installation(),
                        claimant.destination(),
                        names)) {
            statement.executeUpdate();
        }
    }

    private Claim judge(ResultSet row, boolean adopt) throws SQLException {
        var state = look(row);
        var installation = row.getString(13);
        var destination = row.getString(14);
        var ours =
                installation.equals(claimant.installation())
                        && destination.equals(claimant.destination());
        if (!ours && !adopt) {
            return new Claim.Refused(taken(state.model(), installation, destination));
        }
        var epoch = row.getLong(15);
        var run = row.getObject(16, UUID.class);
        if (epoch > claimant.epoch()
                || (epoch == claimant.epoch() && !run.equals(claimant.run().value()))) {
            throw TransferFailure.fenced(state.model(), claimant.epoch());
        }
        // What another installation carried says nothing about our rows.
        return new Claim.Held(ours ? state : new ModelState(state.model(), null, 0, null, null));
    }

    private TransferError taken(String model, String installation, String destination) {
        return ErrorCode.DESTINATION_TABLE_TAKEN.error(
                "model %s in schema %s belongs to destination %s of installation %s; give this destination a schema of its own, or transfer with adopt to take the table over"
                        .formatted(model, control.schema(), destination, installation));
    }

    /// What another half loaded keeps its table's name, so that it is dropped, and a revision that
    /// no model has, so that nobody goes on with it.
    private void take(List<String> names) throws SQLException {
        var sql =
                """
                update %s c set epoch = ?, run = ?, installation = ?, destination = ?,
                    generation = case when %2$s then generation end,
                    revision = case when %2$s then revision end,
                    cursor = case when %2$s then cursor end,
                    loading_revision = case when (%2$s) or loading is null then loading_revision else -1 end
                where c.model = any (?)
                """
                        .replace("%2$s", "installation = ? and destination = ?")
                        .formatted(control.model());
        var installation = claimant.installation();
        var destination = claimant.destination();
        try (var statement =
                session.prepared(
                        sql,
                        claimant.epoch(),
                        claimant.run().value(),
                        installation,
                        destination,
                        installation,
                        destination,
                        installation,
                        destination,
                        installation,
                        destination,
                        installation,
                        destination,
                        names)) {
            statement.executeUpdate();
        }
    }

    private static Map<String, Claim> missing(List<String> names, Map<String, Claim> claims) {
        for (var name : names) {
            claims.putIfAbsent(name, new Claim.Absent());
        }
        return claims;
    }

    /// Ends the sessions of runs that hold a contested row, of exactly the epoch that the row
    /// shows, or that hold up the making of the control tables; and only of epochs older than ours.
    private void endOlderRuns(List<String> names) {
        var older = makers();
        if (!isUnknown()) {
            older.addAll(holders(names));
        }
        session.query(
                """
                select count(pg_terminate_backend(pid)) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()
                  and application_name in (select run::name from unnest(?::text[]) as older (run))
                """,
                ResultSet::next,
                List.copyOf(older));
    }

    private Set<String> holders(List<String> names) {
        return session.query(
                "select distinct epoch from %s where model = any (?) and epoch < ?"
                        .formatted(control.model()),
                rows -> {
                    var found = new TreeSet<String>();
                    while (rows.next()) {
                        found.add(claimant.applicationName(rows.getLong(1)));
                    }
                    return found;
                },
                names,
                claimant.epoch());
    }

    /// A run that froze while it made them has no row that could tell its epoch; its session does.
    private Set<String> makers() {
        var sql =
                """
                select a.application_name
                from pg_locks l join pg_stat_activity a using (pid), (select %s as key) making
                where l.locktype = 'advisory' and l.granted and l.objsubid = 1
                  and l.database = (select oid from pg_database where datname = current_database())
                  and l.classid::bigint << 32 | l.objid::bigint = making.key
                """
                        .formatted(ControlTables.LOCK);
        return session.query(
                sql,
                rows -> {
                    var found = new TreeSet<String>();
                    while (rows.next()) {
                        if (claimant.isOlder(rows.getString(1))) {
                            found.add(rows.getString(1));
                        }
                    }
                    return found;
                },
                control.schema());
    }
}
