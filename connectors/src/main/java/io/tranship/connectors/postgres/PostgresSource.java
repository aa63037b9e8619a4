package io.tranship.connectors.postgres;

import io.tranship.connectors.ColumnType;
import io.tranship.connectors.Fingerprint;
import io.tranship.connectors.KeyRange;
import io.tranship.connectors.ReadBound;
import io.tranship.connectors.RowFormat;
import io.tranship.connectors.RowPipe;
import io.tranship.connectors.RowPrint;
import io.tranship.connectors.Side;
import io.tranship.connectors.Slice;
import io.tranship.connectors.Source;
import io.tranship.connectors.SourcePrints;
import io.tranship.connectors.SourceTable;
import io.tranship.connectors.TableColumn;
import io.tranship.connectors.TransferFailure;
import io.tranship.connectors.TransferPlan;
import io.tranship.connectors.TransferSettings;
import io.tranship.connectors.Window;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.Tenancy;
import io.tranship.schemas.Endpoint;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One tenant's rows in a PostgreSQL database. Reads only; every statement is a transaction of its
/// own, so that none holds back the server's clean-up longer than it runs.
public final class PostgresSource implements Source {

    /// Wall-clock times repeat an hour when summer time ends.
    private static final Duration REPEATED_HOUR = Duration.ofHours(1);

    private static final String QUERY_CANCELED = "57014";

    private final PostgresSession session;
    private final String schema;
    private final String tenantId;
    private final Duration lookback;
    private final TransferSettings settings;
    private final @Nullable RowShare share;
    private final Strain strain = new Strain();
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private @Nullable TenantRows rows;

    /// Ahead of [#table].
    private @Nullable Looked looked;

    private record Looked(SourceTable table, TenantRows rows) {}

    private PostgresSource(
            PostgresSession session,
            String schema,
            String tenantId,
            Duration lookback,
            TransferSettings settings,
            @Nullable RowShare share) {
        this.session = session;
        this.schema = schema;
        this.tenantId = tenantId;
        this.lookback = lookback;
        this.settings = settings;
        this.share = share;
    }

    public static PostgresSource open(
            TransferPlan plan,
            CatalogRecord.Source from,
            Endpoint.Postgres endpoint,
            String password) {
        var order = plan.order();
        var seconds = from.lookbackSeconds();
        var session =
                PostgresSession.open(
                        Side.SOURCE,
                        "source " + from.name(),
                        endpoint,
                        password,
                        "tranship:%s:%d".formatted(order.installation(), order.epoch()),
                        plan.settings());
        return new PostgresSource(
                session,
                endpoint.schema(),
                order.recipient().tenantId(),
                seconds == null ? plan.settings().lookback() : Duration.ofSeconds(seconds),
                plan.settings(),
                RowShare.of(session, from));
    }

    @Override
    public boolean givesBinary(ColumnType type) {
        return session.isBinaryCapable(type);
    }

    @Override
    public void lookAhead(Model model) {
        try {
            looked = look(model);
        } catch (TransferFailure _) {
            // It is looked at again.
        }
    }

    @Override
    public SourceTable table(Model model) {
        var ahead = looked;
        looked = null;
        var now = ahead != null && ahead.table().model().equals(model) ? ahead : look(model);
        rows = now.rows();
        return now.table();
    }

    private Looked look(Model model) {
        session.about(model.name());
        var in =
                switch (model.tenancy()) {
                    case Tenancy.ByColumn _ -> schema;
                    case Tenancy.BySchema _ -> tenantId;
                };
        var live = LiveTable.read(session, in, model.table());
        var demands = new ModelDemands(model, in + '.' + model.table(), live);
        var table = demands.table();
        return new Looked(
                table,
                TenantRows.of(
                        Quoted.name(in, model.table()),
                        tenantId,
                        demands.tenant(),
                        demands.softDeleted(),
                        live));
    }

    @Override
    public ReadBound bound(SourceTable table) {
        return new CommitBound(session, settings.boundMargin())
                .take(table, rows().table(), lookback(table));
    }

    @Override
    public Duration lookback(SourceTable table) {
        return table.lastModified().type().oid() == ColumnType.TIMESTAMP
                ? lookback.plus(REPEATED_HOUR)
                : lookback;
    }

    @Override
    public Window window(
            SourceTable table,
            @Nullable Instant start,
            @Nullable Instant end,
            String cursor,
            ReadBound bound) {
        var zone = CommitBound.zone(table);
        var type = CommitBound.type(table);
        var local = CommitBound.local(table);
        var sql =
                """
                select from_ is null, (case when moves then least(from_, cursor_ - ?::interval) else from_ end)::text,
                       to_::text, moves, least(?::timestamptz, ?::timestamptz)::text
                from (select *, coalesce(from_ <= cursor_, true) and coalesce(to_ > cursor_, true) as moves
                      from (select (?::timestamptz %1$s)::%2$s as from_, (?::timestamptz %1$s)::%2$s as to_,
                                   ?::%2$s as cursor_) w) m
                """
                        .formatted(local, type);
        return session.query(
                sql,
                found -> {
                    found.next();
                    var slice =
                            new Slice.Between(
                                    found.getBoolean(1) ? null : found.getString(2),
                                    found.getString(3));
                    return found.getBoolean(4)
                            ? new Window(slice, bound.literal(), found.getString(5))
                            : new Window(slice, null, null);
                },
                lookback(table).toString(),
                bound.instant(),
                text(end),
                text(start),
                zone,
                text(end),
                zone,
                cursor);
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    @Override
    public List<KeyRange> ranges(SourceTable table, int rowsPerRange) {
        if (table.rowsEstimated() >= 0 && table.rowsEstimated() <= rowsPerRange) {
            return KeyRange.between(List.of());
        }
        bind(null);
        return new KeyCuts(session, rows().all(), names(table.key()), table.key().size())
                .into(rowsPerRange);
    }

    @Override
    public long read(
            SourceTable table,
            List<TableColumn> columns,
            Slice slice,
            RowFormat format,
            RowPipe pipe) {
        var asked = System.nanoTime();
        bind(slice);
        rest(strain.restAfter(Duration.ofNanos(System.nanoTime() - asked)));
        if (share != null) {
            pipe.limit(share.next());
        }
        var sql =
                "copy (select %s%s %s) to stdout (format %s)"
                        .formatted(
                                names(columns),
                                slice.marksDeleted(table) ? ", " + rows().isGone() : "",
                                rows().of(table, slice),
                                format == RowFormat.BINARY ? "binary" : "text");
        var began = System.nanoTime();
        var read = session.guarded(() -> copy(sql, pipe));
        strain.read(Duration.ofNanos(System.nanoTime() - began));
        return read;
    }

    private void rest(Duration time) {
        try {
            var _ = cancelled.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long copy(String sql, RowPipe pipe) throws SQLException {
        var copy = session.copying().copyOut(sql);
        for (var row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
            // Rows that the server sent before it was told may be many, and the pipe slow.
            if (cancelled.getCount() == 0) {
                throw new SQLException("cancelled", QUERY_CANCELED);
            }
            pipe.put(row);
        }
        return copy.getHandledRowCount();
    }

    @Override
    public long rowsWithoutLastModified(SourceTable table) {
        bind(null);
        return session.query(
                "select count(*) %s and %s is null"
                        .formatted(rows().all(), Quoted.name(table.lastModified().name())),
                found -> {
                    found.next();
                    return found.getLong(1);
                });
    }

    @Override
    public SourcePrints digests(SourceTable table, Fingerprint print, Slice.Since later) {
        bind(later);
        return prints(table, later).digests(print);
    }

    @Override
    public List<RowPrint> prints(
            SourceTable table, Fingerprint print, Slice.Since later, Set<Integer> parts) {
        bind(later);
        return prints(table, later).of(print, parts);
    }

    @Override
    public List<RowPrint> laterPrints(SourceTable table, Fingerprint print, Slice.Since later) {
        bind(later);
        return prints(table, later).ofLater(print);
    }

    private TenantPrints prints(SourceTable table, Slice.Since later) {
        return new TenantPrints(session, rows(), table, later);
    }

    private void bind(@Nullable Slice slice) {
        Map<String, String> values = rows().settings(slice);
        session.query(
                "select set_config(name, value, false) from unnest(?::text[], ?::text[]) as bound (name, value)",
                found -> found.next(),
                List.copyOf(values.keySet()),
                List.copyOf(values.values()));
    }

    private TenantRows rows() {
        return Objects.requireNonNull(rows, "a table is looked at before it is read");
    }

    private static String names(List<TableColumn> columns) {
        return Quoted.names(columns.stream().map(TableColumn::name).toList());
    }

    @Override
    public void cancel() {
        cancelled.countDown();
        session.cancel();
    }

    @Override
    public void cut() {
        cancelled.countDown();
        session.cut();
    }

    @Override
    public void close() {
        session.close();
    }
}
