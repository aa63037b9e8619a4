package io.tranship.scheduler;

import static io.tranship.scheduler.CatalogFile.EMPTY;
import static io.tranship.scheduler.CatalogFile.object;
import static io.tranship.scheduler.CatalogFile.valid;
import static io.tranship.scheduler.CatalogFile.with;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.scheduler.Draft.Intent;
import io.tranship.schemas.CatalogRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class CatalogViewTest {

    private static final Map<String, Object> OPTIONAL =
            Map.of(
                    "sources[0].max_rows_per_second",
                    5_000,
                    "models[0].columns",
                    List.of("id", "updated_at", object("name", "total", "as", "sum")),
                    "models[0].deletes",
                    object("soft_column", "deleted_at"),
                    "models[0].new_columns",
                    "backfill",
                    "destinations[0].readers",
                    List.of("analyst"));

    private static final Catalog CATALOG = CatalogFile.plan(EMPTY, withOptional()).after();

    private static Map<String, Object> withOptional() {
        var file = valid();
        for (var field : OPTIONAL.entrySet()) {
            file = with(file, field.getKey(), field.getValue());
        }
        return file;
    }

    @Test
    void everyFieldIsInTheDocument() throws IOException {
        var documented = new HashMap<String, Set<String>>();
        var section = "";
        for (var line : Files.readAllLines(Path.of("../docs/catalog.md"))) {
            if (line.startsWith("## ")) {
                section = line.substring(3);
            } else if (line.startsWith("| `")) {
                var cell = line.substring(2, line.indexOf(" |", 2));
                documented
                        .computeIfAbsent(section, _ -> new TreeSet<>())
                        .addAll(List.of(cell.replace("`", "").split(", ")));
            }
        }
        var view = new CatalogView(CATALOG);
        var read = new HashMap<String, Set<String>>();
        read.put("organization", view.editable(CATALOG.organization()).keySet());
        for (var kind : Kind.values()) {
            var thing = view.editable(CATALOG.all(kind).iterator().next());
            read.put(kind.section(), thing.keySet());
            if (thing.get("postgres") instanceof Map<?, ?> postgres) {
                read.put(
                        "postgres",
                        postgres.keySet().stream().map(String::valueOf).collect(toSet()));
            }
        }

        assertThat(documented).isEqualTo(read);
    }

    @Test
    void whatIsShownIsReadBackAsTheVerySame() {
        for (var kind : Kind.values()) {
            for (var thing : CATALOG.all(kind)) {
                var faults = new Faults();
                var shown = new CatalogView(CATALOG).editable(thing);
                var draft =
                        new Drafts(new Endpoints(CatalogFile::seal))
                                .thing(
                                        kind,
                                        Fields.of(shown, "", faults),
                                        new Intent.Update(thing.id()));

                var plan = CatalogPlan.of(CATALOG, List.of(draft), CatalogFile.means(), faults);

                assertThat(faults.list()).isEmpty();
                assertThat(plan.changesAnything()).as("%s", thing).isFalse();
            }
        }
    }

    @Test
    void noViewShowsASecret() {
        for (var kind : Kind.values()) {
            for (var thing : CATALOG.all(kind)) {
                assertThat(JsonCodec.text(new CatalogView(CATALOG).of(thing)))
                        .doesNotContain("canary-secret")
                        .doesNotContain("ciphertext");
            }
        }
        var destination = CATALOG.find(Kind.DESTINATION, "acme-warehouse").orElseThrow();
        assertThat(JsonCodec.text(new CatalogView(CATALOG).of(destination)))
                .contains("\"password\":{\"sealed\":true}");
    }

    @Test
    void aPatchMergesTheVendorsBlockAndReplacesTheRest() {
        var old =
                Map.of(
                        "name", "a",
                        "postgres", Map.of("host", "h", "password", Map.of("env", "X")),
                        "tenancy", Map.of("column", "c"));

        var merged =
                CatalogView.merged(
                        old,
                        Map.of(
                                "postgres", Map.of("password", Map.of("file", "/p")),
                                "tenancy", Map.of("schema", true)));

        assertThat(merged)
                .containsEntry("name", "a")
                .containsEntry("postgres", Map.of("host", "h", "password", Map.of("file", "/p")))
                .containsEntry("tenancy", Map.of("schema", true));
    }

    @Test
    void pagesFollowEachOtherByName() {
        var names = List.of("a", "b", "c", "d", "e");
        var catalog =
                CatalogFile.plan(
                                EMPTY,
                                object("sources", names.stream().map(CatalogFile::source).toList()))
                        .after();

        var first = Page.of(catalog, Kind.SOURCE, 2, null);
        var second = Page.of(catalog, Kind.SOURCE, 2, first.nextCursor());
        var third = Page.of(catalog, Kind.SOURCE, 2, second.nextCursor());

        assertThat(
                        List.of(first, second, third).stream()
                                .flatMap(page -> page.items().stream())
                                .map(CatalogRecord::name))
                .containsExactlyElementsOf(names);
        assertThat(third.nextCursor()).isNull();
    }
}
