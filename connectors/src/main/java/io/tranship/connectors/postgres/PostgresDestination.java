package io.tranship.connectors.postgres;

import io.tranship.connectors.Carried;
import io.tranship.connectors.ColumnType;
import io.tranship.connectors.Destination;
import io.tranship.connectors.DestinationTable;
import io.tranship.connectors.Fingerprint;
import io.tranship.connectors.Haul;
import io.tranship.connectors.KeyRange;
import io.tranship.connectors.ModelState.Loading;
import io.tranship.connectors.PartDigests;
import io.tranship.connectors.ReadBound;
import io.tranship.connectors.RowFormat;
import io.tranship.connectors.RowPrint;
import io.tranship.connectors.Side;
import io.tranship.connectors.SourceTable;
import io.tranship.connectors.TransferPlan;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One schema of a PostgreSQL database, written to in the name of one claimant.
public final class PostgresDestination implements Destination {

    private final PostgresSession session;
    private final ControlTables control;
    private final Claims claims;
    private final StandingTables tables;
    private final GenerationLoad loads;
    private final Displaced displaced;
    private final LeftOvers leftOvers;
    private final Publication publication;
    private final StageMerge merges;
    private final StandingRows comparisons;
    private final Deletions deletions;
    private final Purge purge;

    private PostgresDestination(
            PostgresSession session, String schema, Claimant claimant, List<String> readers) {
        this.session = session;
        this.control = new ControlTables(schema);
        this.claims = new Claims(session, control, claimant);
        var fence = new Fence(session, control, claimant);
        this.tables = new StandingTables(session, control, new Readers(session, schema, readers));
        this.loads = new GenerationLoad(session, control, fence, tables);
        this.displaced = new Displaced(session, control, fence, loads);
        this.leftOvers = new LeftOvers(session, control, fence, loads, displaced);
        this.publication = new Publication(session, control, fence, tables, displaced);
        this.merges = new StageMerge(session, control, fence);
        this.comparisons = new StandingRows(session, control);
        this.deletions = new Deletions(session, control, fence);
        this.purge = new Purge(session, control, fence, loads, displaced);
    }

    public static PostgresDestination open(
            TransferPlan plan, String name, Endpoint.Postgres endpoint, String password) {
        var claimant = Claimant.of(plan.order(), plan.run());
        var session =
                PostgresSession.open(
                        Side.DESTINATION,
                        "destination " + name,
                        endpoint,
                        password,
                        claimant.applicationName(),
                        plan.settings());
        return new PostgresDestination(
                session, endpoint.schema(), claimant, plan.order().destination().readers());
    }

    @Override
    public boolean takesBinary(ColumnType type) {
        return session.isBinaryCapable(type);
    }

    @Override
    public Map<String, Claim> claim(List<Model> models, boolean adopt) {
        var names = models.stream().map(Model::name).toList();
        var claimed = claims.claim(names, true, adopt);
        if (claims.mayHaveUndo()) {
            leftOvers.dropOldUndos();
        }
        if (claims.mayHaveUnfinished()) {
            leftOvers.dropUnfinished();
        }
        return claimed;
    }

    @Override
    public Map<String, Claim> claimExisting(List<Model> models) {
        return claims.claim(models.stream().map(Model::name).toList(), false, false);
    }

    @Override
    public DestinationTable table(String name, List<String> key) {
        return tables.table(name, key);
    }

    @Override
    public boolean hasRows(String table) {
        return tables.hasRows(table);
    }

    @Override
    public void addColumns(SourceTable table, DestinationTable to) {
        about(table);
        tables.addColumns(table, to);
    }

    @Override
    public Loading begin(
            SourceTable table, DestinationTable standing, ReadBound bound, List<KeyRange> ranges) {
        about(table);
        return loads.begin(table, standing, bound, ranges);
    }

    @Override
    public List<KeyRange> missing(Loading loading, SourceTable table) {
        about(table);
        return loads.missing(loading, table.model().name());
    }

    @Override
    public Haul.Hauled load(
            Loading loading,
            SourceTable table,
            List<Carried> columns,
            KeyRange range,
            RowFormat format,
            Haul haul) {
        about(table);
        return loads.load(loading, table.model().name(), columns, range, format, haul);
    }

    @Override
    public Haul.Hauled loadCarefully(
            Loading loading,
            SourceTable table,
            List<Carried> columns,
            KeyRange range,
            long unfitMax,
            Haul haul) {
        about(table);
        return loads.loadCarefully(loading, table, columns, range, unfitMax, haul);
    }

    @Override
    public Gate gate(Loading loading, SourceTable table, boolean intoTable) {
        about(table);
        return publication.gate(loading, table, intoTable);
    }

    @Override
    public void forget(SourceTable table) {
        about(table);
        loads.forget(table.model().name());
    }

    @Override
    public void forgetUnneeded(SourceTable table) {
        about(table);
        leftOvers.dropUnneeded(table.model().name());
    }

    @Override
    public Published publish(
            Loading loading, SourceTable table, List<Carried> columns, boolean intoTable) {
        about(table);
        return publication.publish(loading, table, columns, intoTable);
    }

    @Override
    public Restored restore(String model) {
        session.about(model);
        return displaced.restore(model);
    }

    @Override
    public Purged purge(String model) {
        session.about(model);
        return purge.run(model);
    }

    @Override
    public void tidy() {
        purge.tidy();
    }

    @Override
    public Merged merge(Merge merge, Haul haul) {
        about(merge.table());
        return merges.run(merge, haul);
    }

    @Override
    public PartDigests digests(String table, Fingerprint print) {
        session.about(table);
        return comparisons.digests(table, print);
    }

    @Override
    public PartDigests digests(String table, Fingerprint print, List<List<String>> keys) {
        session.about(table);
        return comparisons.digests(table, print, keys);
    }

    @Override
    public List<RowPrint> prints(String table, Fingerprint print, Set<Integer> parts) {
        session.about(table);
        return comparisons.prints(table, print, parts);
    }

    @Override
    public List<RowPrint> prints(String table, Fingerprint print, List<List<String>> keys) {
        session.about(table);
        return comparisons.prints(table, print, keys);
    }

    @Override
    public long delete(SourceTable table, List<Carried> key, List<List<String>> keys) {
        about(table);
        return deletions.delete(table.model().name(), key, keys);
    }

    @Override
    public boolean isDeleteDetectionDue(String model, int minutes) {
        session.about(model);
        return deletions.isDue(model, minutes);
    }

    @Override
    public void deletesDetected(String model) {
        session.about(model);
        deletions.detected(model);
    }

    private void about(SourceTable table) {
        session.about(table.model().name());
    }

    @Override
    public void cancel() {
        session.cancel();
    }

    @Override
    public void cut() {
        session.cut();
    }

    @Override
    public void close() {
        session.close();
    }
}
