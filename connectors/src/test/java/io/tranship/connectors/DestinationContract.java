package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tranship.connectors.ColumnType.Category;
import io.tranship.connectors.Destination.Claim;
import io.tranship.connectors.Destination.Merge;
import io.tranship.connectors.Destination.Merged;
import io.tranship.connectors.Destination.Published;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.RunId;
import io.tranship.schemas.WatermarkBasis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a transfer relies on in every [Destination]. A vendor's test extends it and says how one is
/// opened and what its table holds.
@Timeout(60)
abstract class DestinationContract {

    private static final String BOUND = day(1);

    private static final SourceTable TABLE = table("id", "org", "number", "updated_at");

    private final List<Destination> open = new ArrayList<>();
    private long epoch = 1;

    abstract Destination open(long epoch, RunId run);

    /// `id|number` of each row of table `invoices`, by id.
    abstract List<String> rows();

    @AfterEach
    void closeAll() {
        open.forEach(Destination::close);
    }

    private static String day(int day) {
        return "2026-01-%02d 00:00:00+00".formatted(day);
    }

    private static SourceTable table(String... names) {
        var columns = Stream.of(names).map(DestinationContract::column).toList();
        return new SourceTable(
                Order.model("invoices"),
                columns,
                columns.subList(0, 1),
                columns.get(3),
                "any",
                true,
                true,
                true,
                -1);
    }

    private static TableColumn column(String name) {
        var type =
                switch (name) {
                    case "id" -> new ColumnType("bigint", 20, -1, Category.PORTABLE);
                    case "updated_at" ->
                            new ColumnType(
                                    "timestamp with time zone",
                                    ColumnType.TIMESTAMPTZ,
                                    -1,
                                    Category.PORTABLE);
                    default -> new ColumnType("text", ColumnType.TEXT, -1, Category.PORTABLE);
                };
        return new TableColumn(name, name, type, name.equals("id"), null);
    }

    private static String row(int id, String number, int day) {
        return "%d\torg_1\t%s\t%s\n".formatted(id, number, day(day));
    }

    private static RowPipe pipe(String... rows) {
        var unheard =
                new ProgressReport(
                        "invoices", new Results(), InstantSource.system(), Duration.ofDays(1));
        var pipe = new RowPipe("invoices", 1 << 20, 1 << 20, unheard);
        for (var row : rows) {
            pipe.put(row.getBytes(StandardCharsets.UTF_8));
        }
        return pipe;
    }

    private static Haul bringing(String... rows) {
        return intake -> {
            var pipe = pipe(rows);
            pipe.end();
            return new Haul.Hauled(rows.length, intake.take(pipe), pipe.bytesSoFar());
        };
    }

    /// As if the source failed after some rows.
    private static Haul breaking(String... rows) {
        return intake -> {
            var pipe = pipe(rows);
            pipe.fail(new TransferFailure(ErrorCode.SOURCE_FAILED, "broken"));
            return new Haul.Hauled(rows.length, intake.take(pipe), pipe.bytesSoFar());
        };
    }

    private Destination opened(long at, RunId run) {
        var destination = open(at, run);
        open.add(destination);
        return destination;
    }

    /// A run newer than all before.
    private Destination newer() {
        return opened(++epoch, new RunId(UUID.randomUUID()));
    }

    private static ModelState claimed(Destination destination) {
        var claim = destination.claim(List.of(TABLE.model()), false).get("invoices");
        assertThat(claim).isInstanceOf(Claim.Held.class);
        return ((Claim.Held) claim).state();
    }

    private static List<Carried> carried(Destination destination, SourceTable from, String name) {
        var types = destination.table(name, List.of("id")).columns();
        return from.columns().stream()
                .map(column -> new Carried(column, column.as(), types.get(column.as())))
                .toList();
    }

    private static ModelState.Loading begun(Destination destination) {
        return destination.begin(
                TABLE,
                destination.table("invoices", List.of("id")),
                new ReadBound(BOUND, BOUND, WatermarkBasis.LOOKBACK),
                KeyRange.between(List.of(List.of("10"))));
    }

    private static void load(Destination to, ModelState.Loading loading, int n, Haul haul) {
        var range =
                to.missing(loading, TABLE).stream()
                        .filter(missing -> missing.n() == n)
                        .findFirst()
                        .orElseThrow();
        to.load(loading, TABLE, carried(to, TABLE, loading.table()), range, RowFormat.TEXT, haul);
    }

    private static Published published(
            Destination to, ModelState.Loading loading, boolean intoTable) {
        var columns = carried(to, TABLE, loading.table());
        return to.publish(loading, TABLE, columns, intoTable);
    }

    /// Rows 1 to 3 of the first day are there.
    private Destination loaded() {
        var destination = newer();
        claimed(destination);
        var loading = begun(destination);
        load(destination, loading, 1, bringing(row(1, "a", 1), row(2, "b", 1)));
        load(destination, loading, 2, bringing(row(30, "c", 1)));
        published(destination, loading, false);
        return destination;
    }

    private static Merged merged(
            Destination to, boolean overwrite, @Nullable String moveTo, Haul haul) {
        return merged(to, TABLE, overwrite, moveTo, haul);
    }

    private static Merged merged(
            Destination to,
            SourceTable from,
            boolean overwrite,
            @Nullable String moveTo,
            Haul haul) {
        var merge =
                new Merge(
                        claimed(to),
                        from,
                        carried(to, from, "invoices"),
                        RowFormat.TEXT,
                        overwrite,
                        false,
                        moveTo,
                        moveTo);
        return to.merge(merge, haul);
    }

    private static void assertFenced(Runnable write) {
        assertThatThrownBy(write::run)
                .isInstanceOfSatisfying(
                        TransferFailure.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCE_LOST));
    }

    @Test
    void aModelThatWasNeverTransferredHasNoGenerationAndNoTable() {
        var destination = newer();

        var state = claimed(destination);

        assertThat(state.generation()).isNull();
        assertThat(state.cursor()).isNull();
        assertThat(state.loading()).isNull();
        assertThat(destination.table("invoices", List.of("id")).exists()).isFalse();
    }

    @Test
    void aGenerationIsTheTableOnceItIsPublished() {
        var destination = newer();
        claimed(destination);
        var loading = begun(destination);
        load(destination, loading, 1, bringing(row(1, "a", 1), row(2, "b", 1)));
        load(destination, loading, 2, bringing(row(30, "c", 1)));
        assertThat(destination.table("invoices", List.of("id")).exists()).isFalse();

        var gate = destination.gate(loading, TABLE, false);
        var published = published(destination, loading, false);

        assertThat(gate.rows()).isEqualTo(3);
        assertThat(gate.recorded()).isEqualTo(3);
        assertThat(published.applied()).isEqualTo(3);
        assertThat(published.cursor()).isEqualTo(BOUND);
        assertThat(rows()).containsExactly("1|a", "2|b", "30|c");
        assertThat(destination.table("invoices", List.of("id")).keyUnique()).isTrue();
        var state = claimed(newer());
        assertThat(state.generation()).isEqualTo(loading.generation());
        assertThat(state.cursor()).isEqualTo(BOUND);
        assertThat(state.loading()).isNull();
    }

    @Test
    void aRangeThatWasLoadedIsNotMissingToTheNextRun() {
        var destination = newer();
        claimed(destination);
        var loading = begun(destination);
        load(destination, loading, 1, bringing(row(1, "a", 1)));
        destination.close();

        var next = newer();
        var found = claimed(next).loading();

        assertThat(found).isEqualTo(loading);
        assertThat(next.missing(loading, TABLE)).extracting(KeyRange::n).containsExactly(2);
    }

    @Test
    void aRangeWhoseSourceFailsIsNotLoadedAtAll() {
        var destination = newer();
        claimed(destination);
        var loading = begun(destination);
        assertThatThrownBy(() -> load(destination, loading, 1, breaking(row(1, "a", 1))))
                .hasMessage("broken");

        var next = newer();
        claimed(next);

        assertThat(next.missing(loading, TABLE)).hasSize(2);
        assertThat(next.gate(loading, TABLE, false).rows()).isZero();
    }

    @Test
    void aForgottenGenerationIsGone() {
        var destination = newer();
        claimed(destination);
        var loading = begun(destination);

        destination.forget(TABLE);

        assertThat(destination.table(loading.table(), List.of("id")).exists()).isFalse();
        assertThat(claimed(newer()).loading()).isNull();
    }

    @Test
    void aMergeInsertsAndUpdatesAndMovesTheCursor() {
        var destination = loaded();

        var merged =
                merged(
                        destination,
                        false,
                        day(9),
                        bringing(row(2, "changed", 2), row(3, "new", 3)));

        assertThat(merged.applied()).isEqualTo(2);
        assertThat(merged.hauled().rowsWritten()).isEqualTo(2);
        assertThat(merged.cursor()).isEqualTo(day(3));
        assertThat(rows()).containsExactly("1|a", "2|changed", "3|new", "30|c");
        assertThat(claimed(newer()).cursor()).isEqualTo(day(3));
    }

    @Test
    void rowsThatDoNotDifferAreNotApplied() {
        var destination = loaded();

        var merged = merged(destination, false, day(9), bringing(row(1, "a", 1), row(2, "b", 1)));

        assertThat(merged.applied()).isZero();
        assertThat(merged.cursor()).isEqualTo(BOUND);
    }

    @Test
    void theCursorNeitherRisesOverTheBoundNorFalls() {
        var destination = loaded();
        assertThat(merged(destination, false, day(5), bringing(row(3, "future", 20))).cursor())
                .isEqualTo(day(5));

        assertThat(merged(destination, false, day(9), bringing(row(4, "old", 2))).cursor())
                .isEqualTo(day(5));
        assertThat(merged(destination, false, day(3), bringing(row(5, "new", 8))).cursor())
                .isEqualTo(day(5));
        assertThat(merged(destination, false, day(9), bringing()).cursor()).isEqualTo(day(5));
        assertThat(merged(destination, true, null, bringing(row(6, "window", 8))).cursor())
                .isEqualTo(day(5));
    }

    @Test
    void aRowThatIsNewerHereStaysUnlessItIsOverwritten() {
        var destination = loaded();
        merged(destination, false, day(9), bringing(row(1, "newer", 7)));

        assertThat(merged(destination, false, day(9), bringing(row(1, "older", 2))).applied())
                .isZero();
        assertThat(rows()).startsWith("1|newer");
        assertThat(merged(destination, true, day(9), bringing(row(1, "older", 2))).applied())
                .isOne();
        assertThat(rows()).startsWith("1|older");
    }

    @Test
    void aKeyThatComesTwiceIsAnErrorAndNothingIsKept() {
        var destination = loaded();

        assertThatThrownBy(() ->
                        merged(
                                destination,
                                false,
                                day(9),
                                bringing(row(1, "x", 2), row(3, "y", 2), row(3, "z", 2))))
                .isInstanceOfSatisfying(
                        TransferFailure.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_KEY_DOUBLED));
        assertThat(rows()).containsExactly("1|a", "2|b", "30|c");
    }

    @Test
    void aMergeWhoseSourceFailsChangesNothing() {
        var destination = loaded();

        assertThatThrownBy(() -> merged(destination, false, day(9), breaking(row(1, "x", 2))))
                .hasMessage("broken");

        assertThat(rows()).containsExactly("1|a", "2|b", "30|c");
        assertThat(claimed(newer()).cursor()).isEqualTo(BOUND);
    }

    @Test
    void aRefreshMakesTheTablesRowsThoseOfTheGeneration() {
        var destination = loaded();
        var loading = begun(destination);
        load(destination, loading, 1, bringing(row(1, "a", 1), row(2, "changed", 1)));
        load(destination, loading, 2, bringing(row(31, "new", 1)));

        assertThat(destination.gate(loading, TABLE, true).before()).isEqualTo(3);
        var published = published(destination, loading, true);

        assertThat(published.applied()).isEqualTo(2);
        assertThat(published.deleted()).isOne();
        assertThat(rows()).containsExactly("1|a", "2|changed", "31|new");
    }

    @Test
    void aNewColumnIsAddedAndFilled() {
        var destination = loaded();
        var wider = table("id", "org", "number", "updated_at", "note");
        destination.addColumns(wider, destination.table("invoices", List.of("id")));

        var row = row(1, "a", 1).replace("\n", "\tnoted\n");
        var merged = merged(destination, wider, false, day(9), bringing(row));

        assertThat(merged.applied()).isOne();
        assertThat(destination.table("invoices", List.of("id")).columns()).containsKey("note");
    }

    @Test
    void anOlderRunWritesNothingOnceANewerOneHasClaimed() {
        var older = loaded();
        var state = claimed(older);
        var columns = carried(older, TABLE, "invoices");
        var loading = begun(older);
        claimed(newer());

        var merge = new Merge(state, TABLE, columns, RowFormat.TEXT, true, false, day(9), day(9));
        assertFenced(() -> older.merge(merge, bringing(row(1, "zombie", 9))));
        assertFenced(() -> load(older, loading, 1, bringing(row(1, "zombie", 9))));
        assertFenced(() -> published(older, loading, true));
        assertFenced(() -> older.forget(TABLE));
        assertThat(rows()).containsExactly("1|a", "2|b", "30|c");
    }

    @Test
    void anOlderEpochAndAnotherRunOfTheSameEpochAreRefused() {
        var run = new RunId(UUID.randomUUID());
        claimed(opened(7, run));

        assertFenced(() -> claimed(opened(6, new RunId(UUID.randomUUID()))));
        assertFenced(() -> claimed(opened(7, new RunId(UUID.randomUUID()))));
        assertThat(claimed(opened(7, run)).model()).isEqualTo("invoices");
    }

    @Test
    void aDigestSeesOneChangedValue() {
        var destination = loaded();
        var print = Fingerprint.of(TABLE, carried(destination, TABLE, "invoices"));
        var before = destination.digests("invoices", print);
        assertThat(before.all().rows()).isEqualTo(3);
        merged(destination, false, day(9), bringing(row(1, "a", 1)));
        assertThat(destination.digests("invoices", print).unequal(before)).isEmpty();

        merged(destination, false, day(9), bringing(row(1, "changed", 1)));

        var changed = destination.digests("invoices", print, List.of(List.of("1")));
        assertThat(changed.all().rows()).isOne();
        assertThat(destination.digests("invoices", print).unequal(before))
                .isEqualTo(changed.unequal(new PartDigests()))
                .hasSize(1);
    }

    @Test
    void rowsAreDeletedByTheirKeysBehindTheFence() {
        var older = loaded();
        var print = Fingerprint.of(TABLE, carried(older, TABLE, "invoices"));
        var keys =
                older
                        .prints(
                                "invoices",
                                print,
                                older.digests("invoices", print, List.of(List.of("2")))
                                        .unequal(new PartDigests()))
                        .stream()
                        .map(RowPrint::key)
                        .toList();
        assertThat(keys).containsExactly(List.of("2"));
        var newer = newer();
        claimed(newer);

        assertFenced(() -> older.delete(TABLE, print.key(), keys));
        assertThat(rows()).hasSize(3);
        assertThat(newer.delete(TABLE, print.key(), keys)).isOne();
        assertThat(rows()).containsExactly("1|a", "30|c");
    }
}
