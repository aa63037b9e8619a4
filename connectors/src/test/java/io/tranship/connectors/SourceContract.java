package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a transfer relies on in every [Source]. A vendor's test extends it and says how its table
/// is made and written.
@Timeout(60)
abstract class SourceContract {

    private static final int ROWS = 100;

    private final List<Source> open = new ArrayList<>();
    private Source source;
    private SourceTable table;

    /// Makes table `invoices` (`id` its key, `org` the tenant, `number`, `updated_at`), with
    /// indexes that fit and ids from 1 to `rows`: of tenant `org_1` is each fifth; the last was
    /// changed a minute ago, each one before it a second earlier.
    abstract void make(int rows);

    /// Inserts a row that changed at `updated`.
    abstract void insert(long id, String tenant, @Nullable Instant updated);

    /// Writes `number` of a row, which changes now.
    abstract void change(long id, String number);

    /// Inserts a row that changes now, in a transaction that is open until it is closed, which
    /// commits it.
    abstract AutoCloseable insertLate(long id, String tenant);

    abstract Source open(String tenant);

    @BeforeEach
    void openFirst() {
        make(ROWS);
        source = opened("org_1");
        table = source.table(Order.model("invoices"));
    }

    private Source opened(String tenant) {
        var another = open(tenant);
        open.add(another);
        return another;
    }

    @AfterEach
    void closeAll() {
        open.forEach(Source::close);
    }

    private static List<Long> eachFifth(long last) {
        return LongStream.rangeClosed(1, last / 5).map(n -> n * 5).boxed().toList();
    }

    /// The ids of a slice, as text rows tell them; the source must have counted as many.
    private List<Long> ids(Slice slice) {
        var pipe = pipe(1 << 24);
        var counted = source.read(table, table.columns(), slice, RowFormat.TEXT, pipe);
        pipe.end();
        var text = new StringBuilder();
        for (var block = pipe.take(); block != null; block = pipe.take()) {
            text.append(StandardCharsets.UTF_8.decode(block));
        }
        var ids =
                text.toString()
                        .lines()
                        .map(line -> Long.parseLong(line.substring(0, line.indexOf('\t'))))
                        .sorted()
                        .toList();
        assertThat(counted).isEqualTo(ids.size());
        return ids;
    }

    private static RowPipe pipe(int bytes) {
        var unheard =
                new ProgressReport(
                        "invoices", new Results(), InstantSource.system(), Duration.ofDays(1));
        return new RowPipe("invoices", bytes, 1 << 20, unheard);
    }

    private List<Long> idsOf(List<KeyRange> ranges) {
        return ranges.stream()
                .map(Slice.Keys::new)
                .flatMap(slice -> ids(slice).stream())
                .sorted()
                .toList();
    }

    private Slice.Since since(String cursor) {
        return new Slice.Since(cursor, Duration.ZERO, false);
    }

    @Test
    void theTableIsWhatTheModelAsksFor() {
        assertThat(table.columns())
                .extracting(TableColumn::as)
                .containsExactly("id", "org", "number", "updated_at");
        assertThat(table.key()).extracting(TableColumn::name).containsExactly("id");
        assertThat(table.lastModified().name()).isEqualTo("updated_at");
        assertThat(table.keyIndexed()).isTrue();
        assertThat(table.timeIndexed()).isTrue();
    }

    @Test
    void aTableThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> source.table(Order.model("absent")))
                .isInstanceOf(TransferFailure.class)
                .hasMessageContaining("absent");
    }

    @Test
    void rangesHoldEveryKeyOfTheTenantOnce() {
        assertThat(idsOf(source.ranges(table, 7))).isEqualTo(eachFifth(ROWS));
        assertThat(idsOf(source.ranges(table, 1))).isEqualTo(eachFifth(ROWS));
        assertThat(idsOf(source.ranges(table, 1_000))).isEqualTo(eachFifth(ROWS));
    }

    @Test
    void aKeyDrawnLaterFallsIntoARange() {
        var ranges = source.ranges(table, 7);
        insert(-1, "org_1", Instant.now());
        insert(9_001, "org_1", Instant.now());

        assertThat(idsOf(ranges)).hasSize(22).contains(-1L, 9_001L);
    }

    @Test
    void aTenantWithoutRowsHasRangesThatAreEmpty() {
        source = opened("nobody");
        table = source.table(Order.model("invoices"));

        assertThat(idsOf(source.ranges(table, 7))).isEmpty();
    }

    @Test
    void aTenantsIdIsAValueAndNothingElse() {
        source = opened("org_1' or 'a' = 'a");
        table = source.table(Order.model("invoices"));

        assertThat(idsOf(source.ranges(table, 7))).isEmpty();
    }

    @Test
    void whatChangesAfterABoundIsReadSinceIt() {
        var bound = source.bound(table);
        change(5, "changed");
        insert(9_001, "org_1", Instant.now().plusSeconds(1));
        insert(9_002, "org_2", Instant.now().plusSeconds(1));

        assertThat(ids(since(bound.literal()))).containsExactly(5L, 9_001L);
    }

    @Test
    void whatIsCommittedAfterABoundIsReadSinceIt() throws Exception {
        String cursor;
        try (var _ = insertLate(9_001, "org_1")) {
            cursor = source.bound(table).literal();
        }

        assertThat(ids(since(cursor))).containsExactly(9_001L);
    }

    @Test
    void aReadGoesBackByItsLookback() {
        var bound = source.bound(table).literal();
        insert(9_001, "org_1", Instant.now().minus(Duration.ofMinutes(40)));

        assertThat(ids(new Slice.Since(bound, Duration.ofHours(1), false)))
                .contains(9_001L)
                .hasSize(21);
        assertThat(ids(new Slice.Since(bound, Duration.ofMinutes(30), false)))
                .doesNotContain(9_001L)
                .hasSize(20);
    }

    @Test
    void aWindowHasItsStartAndNotItsEnd() {
        var start = Instant.parse("2001-01-01T00:00:00.000001Z");
        var end = start.plusSeconds(60);
        insert(9_001, "org_1", start.minusNanos(1_000));
        insert(9_002, "org_1", start);
        insert(9_003, "org_1", end.minusNanos(1_000));
        insert(9_004, "org_1", end);
        var bound = source.bound(table);

        var window = source.window(table, start, end, bound.literal(), bound);

        assertThat(ids(window.slice())).containsExactly(9_002L, 9_003L);
        assertThat(window.moveTo()).isNull();
    }

    @Test
    void aWindowThatReachesOverTheCursorMovesItUpToTheBound() {
        insert(9_001, "org_1", Instant.now().plusSeconds(1));
        var bound = source.bound(table);

        var window = source.window(table, Instant.EPOCH, null, bound.literal(), bound);

        assertThat(ids(window.slice())).hasSize(21).contains(9_001L);
        assertThat(window.moveTo()).isEqualTo(bound.literal());
    }

    @Test
    void rowsInBinaryFormAreCountedToo() {
        assumeThat(table.columns()).allMatch(column -> source.givesBinary(column.type()));
        var pipe = pipe(1 << 24);
        var all = new Slice.Keys(KeyRange.between(List.of()).getFirst());

        assertThat(source.read(table, table.columns(), all, RowFormat.BINARY, pipe)).isEqualTo(20);
        pipe.end();
        assertThat(pipe.bytesSoFar()).isPositive();
    }

    @Test
    void rowsWithoutLastModifiedAreCountedAndReadWhenAskedFor() {
        insert(9_001, "org_1", null);
        insert(9_002, "org_2", null);
        var bound = source.bound(table).literal();

        assertThat(source.rowsWithoutLastModified(table)).isOne();
        assertThat(ids(since(bound))).isEmpty();
        assertThat(ids(new Slice.Since(bound, Duration.ZERO, true))).containsExactly(9_001L);
    }

    private Fingerprint print() {
        return Fingerprint.of(
                table,
                table.columns().stream()
                        .map(column -> new Carried(column, column.as(), column.type()))
                        .toList());
    }

    @Test
    void aDigestSeesOneChangedValue() {
        var later = since(source.bound(table).literal());
        var before = source.digests(table, print(), later).settled();
        assertThat(before.all().rows()).isEqualTo(20);
        assertThat(source.digests(table, print(), later).settled().all()).isEqualTo(before.all());
        change(4, "of another tenant");
        assertThat(source.digests(table, print(), later).settled().all()).isEqualTo(before.all());

        change(5, "changed");

        var after = source.digests(table, print(), later).settled();
        assertThat(after.all()).isNotEqualTo(before.all());
        assertThat(after.unequal(before)).hasSize(1);
    }

    @Test
    void rowsThatTheNextTransferReadsAgainAreToldApart() {
        insert(9_001, "org_1", Instant.parse("2090-01-01T00:00:00Z"));
        insert(9_002, "org_2", Instant.parse("2090-01-01T00:00:00Z"));

        var prints = source.digests(table, print(), since(source.bound(table).literal()));

        assertThat(prints.settled().all().rows()).isEqualTo(20);
        assertThat(prints.later().all().rows()).isOne();
        assertThat(prints.laterKeys()).containsExactly(List.of("9001"));
    }

    @Test
    void theRowsOfAPartAreThoseOfItsDigest() {
        insert(9_001, "org_1", Instant.parse("2090-01-01T00:00:00Z"));
        var later = since(source.bound(table).literal());
        var digests = source.digests(table, print(), later);
        var parts = digests.settled().plus(digests.later()).unequal(new PartDigests());

        var all = source.prints(table, print(), later, parts);
        assertThat(all).hasSize(21);
        assertThat(all).filteredOn(RowPrint::later).hasSize(1);
        assertThat(all).extracting(RowPrint::identity).doesNotHaveDuplicates();

        var one = source.prints(table, print(), later, Set.of(parts.first()));
        assertThat(one)
                .hasSize(
                        Math.toIntExact(
                                digests.settled().plus(digests.later()).of(parts.first()).rows()));
    }

    @Test
    void aReadWhosePipeIsAbandonedEnds() {
        var pipe = pipe(1);
        pipe.abandon();

        assertThatThrownBy(() -> readAll(pipe)).isInstanceOf(RowPipe.Abandoned.class);
    }

    @Test
    void aReadThatIsCutEndsWithTrouble() {
        var pipe = pipe(1);
        make20MegabytesMore();
        var reading = CompletableFuture.runAsync(() -> readAll(pipe));
        assertThat(pipe.take()).isNotNull();

        source.cut();

        while (!reading.isDone()) {
            drain(pipe);
        }
        assertThat(reading).isCompletedExceptionally();
    }

    private void make20MegabytesMore() {
        for (var id = 10_000; id < 10_040; id++) {
            insert(id, "org_1", Instant.now());
            change(id, "x".repeat(1 << 19));
        }
    }

    private static void drain(RowPipe pipe) {
        while (pipe.take() != null) {
            Thread.onSpinWait();
        }
    }

    private void readAll(RowPipe pipe) {
        var all = new Slice.Keys(KeyRange.between(List.of()).getFirst());
        try {
            var _ = source.read(table, table.columns(), all, RowFormat.TEXT, pipe);
        } finally {
            pipe.end();
        }
    }
}
