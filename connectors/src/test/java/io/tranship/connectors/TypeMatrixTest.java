package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecord.Column;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.TransferError;
import io.tranship.schemas.TransferKind;
import io.tranship.servers.LocalPostgres;
import io.tranship.servers.LocalPostgres.Durability;
import io.tranship.servers.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every type of PostgreSQL with its extremes, between equal and unequal servers and into unequal
/// columns: a value is carried exactly, or the model is refused by an error that names the column.
///
/// `docs/types.md` is what was seen here; `-Dtypes.write=true` writes it anew.
class TypeMatrixTest {

    private static final Path DOCUMENT = Path.of("../docs/types.md");
    private static final Pattern COLUMN = Pattern.compile("\\bv\\b");
    private static final Pattern WRONG =
            Pattern.compile("DIFFERENT|MERGE|COMPARED|REFUSED WITHOUT ITS COLUMN");
    private static final int NEWER = 18;
    private static final int OLDER = 15;

    @TempDir private static Path folder;

    private static LocalPostgres older;

    @BeforeAll
    static void start() {
        older =
                LocalPostgres.ofPackages(
                                Path.of("target/postgres-older"),
                                folder.resolve("server"),
                                Path.of(
                                        System.getProperty("java.io.tmpdir"),
                                        "tranship-test-servers-" + System.getProperty("user.name"),
                                        "cache"),
                                Ports.free(),
                                Database.SERVERS.postgresPassword(),
                                Durability.FAST)
                        .start();
    }

    @AfterAll
    static void stop() {
        older.close();
    }

    /// What became of one type on one way.
    private record Seen(String arrivedAs, String verdict) {}

    @Test
    void everyTypeIsCarriedExactlyOrRefusedByItsColumn() throws IOException {
        var samples = TypeSample.all();
        var same = carried(samples, NEWER, NEWER);
        var up = carried(samples, OLDER, NEWER);
        var down = carried(samples, NEWER, OLDER);
        var rows =
                IntStream.range(0, samples.size())
                        .mapToObj(i ->
                                row(
                                        labelOf(samples.get(i)),
                                        same.get(i).arrivedAs(),
                                        same.get(i).verdict(),
                                        up.get(i).verdict(),
                                        down.get(i).verdict()))
                        .toList();

        assertSaid(
                "| type | column made at the destination | 18 to 18 | 15 to 18 | 18 to 15 |", rows);
    }

    @Test
    void intoAnotherTypeAValueIsCarriedExactlyOrRefused() throws IOException {
        var pairs = TypePair.all();
        var seen = carriedInto(pairs);
        var rows =
                IntStream.range(0, pairs.size())
                        .mapToObj(i ->
                                row(pairs.get(i).from(), pairs.get(i).to(), seen.get(i).verdict()))
                        .toList();

        assertSaid("| type at the source | column declared | 18 to 18 |", rows);
    }

    private static List<Seen> carried(List<TypeSample> samples, int from, int to) {
        var source = fresh(from);
        var destination = fresh(to);
        var statements = new ArrayList<>(List.of(TypeSample.MADE));
        var models = new ArrayList<Model>();
        for (var i = 0; i < samples.size(); i++) {
            var sample = samples.get(i);
            if (sample.since() <= from) {
                var values = sample.isGenerated() ? List.<String>of() : sample.values();
                statements.addAll(making(tableOf(i), sample.type(), values));
                models.add(Order.model(tableOf(i)));
            }
        }
        source.run(statements.toArray(String[]::new));
        var seen = Runs.of(source, destination, models).seen();
        return IntStream.range(0, samples.size())
                .mapToObj(i -> seen.getOrDefault(tableOf(i), new Seen("", "not there")))
                .toList();
    }

    private static List<Seen> carriedInto(List<TypePair> pairs) {
        var source = fresh(NEWER);
        var destination = fresh(NEWER);
        var statements = new ArrayList<>(List.of(TypeSample.MADE));
        destination.run(TypeSample.MADE);
        var models = new ArrayList<Model>();
        for (var i = 0; i < pairs.size(); i++) {
            statements.addAll(making(tableOf(i), pairs.get(i).from(), pairs.get(i).values()));
            models.add(
                    Order.revised(
                            Order.model(tableOf(i)),
                            1,
                            new Column("id", null, null),
                            new Column("updated_at", null, null),
                            new Column("v", null, pairs.get(i).to())));
        }
        source.run(statements.toArray(String[]::new));
        var seen = Runs.of(source, destination, models).seen();
        return IntStream.range(0, pairs.size()).mapToObj(i -> seen.get(tableOf(i))).toList();
    }

    private static Database fresh(int version) {
        if (version == NEWER) {
            return Database.fresh("types");
        }
        var name = "types_" + Database.fresh("types").name();
        new Database(older.port(), "postgres")
                .run("create database %s encoding 'UTF8' template template0".formatted(name));
        return new Database(older.port(), name);
    }

    private static String tableOf(int number) {
        return "t%03d".formatted(number);
    }

    private static List<String> making(String table, String type, List<String> values) {
        var statements = new ArrayList<String>();
        statements.add(
                "create table %s (id bigint primary key, org text not null default 'org_1', updated_at timestamptz not null default now(), v %s)"
                        .formatted(table, type));
        statements.add("insert into %s (id) values (0)".formatted(table));
        var castable = type.replaceFirst(" collate .*", "");
        for (var i = 0; i < values.size(); i++) {
            statements.add(
                    "insert into %s (id, v) values (%d, (%s)::%s)"
                            .formatted(table, i + 1, values.get(i), castable));
        }
        return statements;
    }

    /// A backfill, then all rows once more by way of the merge, then a comparison.
    private record Runs(
            Database source,
            Database destination,
            Results first,
            Results merge,
            Results comparison) {

        static Runs of(Database source, Database destination, List<Model> models) {
            var order = Order.between(source, destination).models(models.toArray(Model[]::new));
            var first = order.run();
            source.run(
                    models.stream()
                            .map(m ->
                                    "update %s set updated_at = clock_timestamp()"
                                            .formatted(m.table()))
                            .toArray(String[]::new));
            var merge = order.run();
            var comparison = order.kind(TransferKind.INTEGRITY).run();
            return new Runs(source, destination, first, merge, comparison);
        }

        /// By table.
        Map<String, Seen> seen() {
            var types = types();
            var tables = List.copyOf(types.keySet());
            var here =
                    source.rowsOfEach(
                            tables.stream().map(t -> values(t, read(types.get(t)))).toList());
            var there =
                    destination.rowsOfEach(
                            tables.stream().map(t -> values("vendor_data." + t, "v")).toList());
            var seen = new HashMap<String, Seen>();
            for (var i = 0; i < tables.size(); i++) {
                var table = tables.get(i);
                var same = here.get(i).equals(there.get(i));
                seen.put(table, new Seen(types.get(table), same ? verdict(table) : "DIFFERENT"));
            }
            first.all().stream()
                    .filter(result -> result.error() != null)
                    .forEach(result ->
                            seen.put(result.model(), new Seen("", refusal(result.error()))));
            return seen;
        }

        /// Of the columns that arrived.
        private Map<String, String> types() {
            var types = new TreeMap<String, String>();
            destination
                    .rows(
                            "select c.relname, format_type(atttypid, atttypmod) from pg_attribute join pg_class c on c.oid = attrelid where attname = 'v' and relkind = 'r' and relname like 't___'")
                    .forEach(row -> types.put(row.substring(0, 4), row.substring(5)));
            return types;
        }

        /// As the server shows them.
        private static String values(String table, String read) {
            return "select id, %s from %s order by id".formatted(read, table);
        }

        /// 1.00 is 1; that it is not 1.01 only the wider type can tell.
        private static String read(String type) {
            return type.startsWith("numeric") ? "v::" + type : "v";
        }

        private String verdict(String table) {
            var merged = merge.of(table).error();
            var compared = comparison.of(table).error();
            var report = comparison.of(table).integrity();
            if (report != null && report.laterRows() > 0) {
                return "NOT COMPARED";
            }
            return merged != null
                    ? "MERGE " + merged.message()
                    : compared != null ? "COMPARED " + compared.message() : "identical";
        }
    }

    private static String refusal(TransferError error) {
        return COLUMN.matcher(error.message()).find()
                ? "refused: " + error.code()
                : "REFUSED WITHOUT ITS COLUMN " + error.message();
    }

    private static String labelOf(TypeSample sample) {
        return sample.since() > OLDER
                ? "%s, values since version %d".formatted(sample.type(), sample.since())
                : sample.type();
    }

    private static String row(String... cells) {
        return Stream.of(cells).collect(Collectors.joining(" | ", "| ", " |"));
    }

    /// The table below `header` in the document has exactly these rows.
    private static void assertSaid(String header, List<String> rows) throws IOException {
        var lines = new ArrayList<>(Files.readAllLines(DOCUMENT));
        var first = lines.indexOf(header) + 2;
        var last = first;
        while (last < lines.size() && lines.get(last).startsWith("|")) {
            last++;
        }
        if (Boolean.getBoolean("types.write")) {
            lines.subList(first, last).clear();
            lines.addAll(first, rows);
            Files.write(DOCUMENT, lines);
        } else {
            assertThat(lines.subList(first, last)).isEqualTo(rows);
        }
        assertThat(rows).noneMatch(row -> WRONG.matcher(row).find());
    }
}
