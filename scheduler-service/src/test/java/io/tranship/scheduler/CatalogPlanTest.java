package io.tranship.scheduler;

import static io.tranship.scheduler.CatalogFile.EMPTY;
import static io.tranship.scheduler.CatalogFile.destination;
import static io.tranship.scheduler.CatalogFile.object;
import static io.tranship.scheduler.CatalogFile.valid;
import static io.tranship.scheduler.CatalogFile.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.scheduler.Change.Outcome;
import io.tranship.scheduler.Draft.Intent;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Model;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class CatalogPlanTest {

    @Test
    void aNewFileMakesEverythingInTheOrderOfReferences() {
        var plan = CatalogFile.plan(EMPTY, valid());

        assertThat(plan.changes()).extracting(Change::outcome).containsOnly(Outcome.CREATED);
        assertThat(plan.changes())
                .extracting(change -> change.record().kind())
                .containsExactly("source", "recipient", "model", "destination");
        assertThat(plan.changes())
                .extracting(change -> change.record().revision())
                .containsExactly(2L, 3L, 4L, 5L);
        assertThat(plan.after().revision()).isEqualTo(5);
    }

    @Test
    void savingTheSameAgainChangesNothing() {
        var first = CatalogFile.plan(EMPTY, valid()).after();

        var second = CatalogFile.plan(first, valid());

        assertThat(second.changes()).extracting(Change::outcome).containsOnly(Outcome.UNCHANGED);
        assertThat(second.changesAnything()).isFalse();
        assertThat(second.after().revision()).isEqualTo(first.revision());
        assertThat(LiveChecks.of(second).checks()).isEmpty();
    }

    @Test
    void aRevisionRisesOnlyForWhatChanged() {
        var first = CatalogFile.plan(EMPTY, valid()).after();

        var second =
                CatalogFile.plan(first, with(valid(), "destinations[0].frequency_minutes", 60));

        assertThat(second.changes())
                .filteredOn(Change::isChange)
                .singleElement()
                .satisfies(change -> {
                    assertThat(change.outcome()).isEqualTo(Outcome.UPDATED);
                    assertThat(change.record().revision()).isEqualTo(6);
                    assertThat(((Destination) change.record()).frequencyMinutes()).isEqualTo(60);
                });
        assertThat(second.after().named(Kind.MODEL, "invoices"))
                .isEqualTo(first.named(Kind.MODEL, "invoices"));
    }

    @Test
    void anotherPlainPasswordIsAChange() {
        var first = CatalogFile.plan(EMPTY, valid()).after();

        var second =
                CatalogFile.plan(
                        first, with(valid(), "destinations[0].postgres.password", "other"));

        assertThat(second.changes().getLast().outcome()).isEqualTo(Outcome.UPDATED);
    }

    @Test
    void aSealedMarkerKeepsWhatIsStored() {
        var first = CatalogFile.plan(EMPTY, valid()).after();
        var kept = with(valid(), "destinations[0].postgres.password", object("sealed", true));

        assertThat(CatalogFile.plan(first, kept).changesAnything()).isFalse();
        assertThat(CatalogFile.faults(EMPTY, kept))
                .containsKey("destinations[0].postgres.password");
    }

    @Test
    void aDestinationNeverGetsTheRowsOfAnotherTenant() {
        var first = CatalogFile.plan(EMPTY, valid()).after();

        assertThat(
                        CatalogFile.faults(first, with(valid(), "recipients[0].tenant_id", "org_2"))
                                .get("recipients[0].tenant_id"))
                .contains("holds this recipient's rows as tenant 'org_1'");
        var another =
                with(
                        valid(),
                        "recipients",
                        List.of(
                                object("name", "acme", "tenant_id", "org_1"),
                                object("name", "other", "tenant_id", "org_2")));
        assertThat(CatalogFile.faults(first, another)).isEmpty();
        assertThat(CatalogFile.faults(first, with(another, "destinations[0].recipient", "other")))
                .containsKey("destinations[0].recipient");
    }

    @Test
    void twoDestinationsCannotShareAPlace() {
        var file =
                with(
                        valid(),
                        "destinations",
                        List.of(destination("one", "s"), destination("two", "s")));

        assertThat(CatalogFile.faults(EMPTY, file).get("destinations[1].postgres.schema"))
                .contains("127.0.0.1:5432/acme/s is the place of destination 'one' too");
        assertThat(CatalogFile.faults(EMPTY, with(file, "destinations[1].postgres.schema", "t")))
                .isEmpty();
    }

    @Test
    void aDestinationIsNotTheSchemaThatASourceReads() {
        var file = with(valid(), "destinations[0].postgres.database", "app");

        assertThat(
                        CatalogFile.faults(
                                EMPTY, with(file, "destinations[0].postgres.schema", "public")))
                .containsKey("destinations[0].postgres.schema");
    }

    @Test
    void aDestinationNamesModelsThatExist() {
        assertThat(
                        CatalogFile.faults(
                                EMPTY, with(valid(), "destinations[0].models", List.of("orders"))))
                .containsEntry(
                        "destinations[0].models[0]",
                        "there is no model 'orders'; add it or name another");
        assertThat(
                        CatalogFile.faults(
                                EMPTY,
                                with(valid(), "destinations[0].models", List.of("*", "invoices"))))
                .containsKey("destinations[0].models");
    }

    @Test
    void aModelThatADestinationNamesCannotBeRenamed() {
        var catalog =
                CatalogFile.plan(
                                EMPTY, with(valid(), "destinations[0].models", List.of("invoices")))
                        .after();
        var model = (Model) catalog.find(Kind.MODEL, "invoices").orElseThrow();

        var faults = rename(catalog, model, "bills");

        assertThat(faults.list())
                .singleElement()
                .satisfies(fault ->
                        assertThat(fault.detail())
                                .contains("destination 'acme-warehouse' takes the model"));
    }

    @Test
    void aRenamedThingKeepsItsIdAndFreesItsName() {
        var catalog = CatalogFile.plan(EMPTY, valid()).after();
        var model = (Model) catalog.find(Kind.MODEL, "invoices").orElseThrow();
        var faults = new Faults();

        var renamed =
                CatalogPlan.of(
                        catalog, List.of(renaming(model, "bills")), CatalogFile.means(), faults);

        assertThat(faults.list()).isEmpty();
        assertThat(renamed.after().named(Kind.MODEL, "invoices")).isNull();
        assertThat(renamed.after().find(Kind.MODEL, "bills"))
                .get()
                .extracting(CatalogRecord::id)
                .isEqualTo(model.id());
    }

    @Test
    void aNewThingOfATakenNameIsRefused() {
        var catalog = CatalogFile.plan(EMPTY, valid()).after();
        var faults = new Faults();
        var draft =
                new Drafts(new Endpoints(CatalogFile::seal))
                        .thing(
                                Kind.SOURCE,
                                Fields.of(CatalogFile.source("app"), "", faults),
                                new Intent.Create());

        CatalogPlan.of(catalog, List.of(draft), CatalogFile.means(), faults);

        assertThat(faults.list())
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.field()).isEqualTo("name");
                    assertThat(fault.detail()).contains("source 'app' already");
                });
    }

    @Test
    void revisionsRiseWithTheClockSoThatARestoredDatabaseIsHeard() {
        var plan = CatalogFile.plan(EMPTY, valid(), CatalogFile.means(5_000));

        assertThat(plan.changes())
                .extracting(change -> change.record().revision())
                .containsExactly(5_000L, 5_001L, 5_002L, 5_003L);
        var later =
                CatalogFile.plan(
                        plan.after(),
                        with(valid(), "models[0].table", "other"),
                        CatalogFile.means(4_000));
        assertThat(later.after().revision()).isEqualTo(5_004);
    }

    @Test
    void aWorkOrderThatIsTooLargeIsRefusedOnSave() {
        var columns =
                IntStream.range(0, 1000)
                        .mapToObj(i ->
                                "column_with_a_rather_long_name_as_there_are_many_%d".formatted(i))
                        .toList();
        var models =
                IntStream.range(0, 20)
                        .mapToObj(i -> {
                            var model = CatalogFile.model("m" + i);
                            model.put(
                                    "columns",
                                    Stream.concat(Stream.of("id", "updated_at"), columns.stream())
                                            .toList());
                            return model;
                        })
                        .toList();

        var faults = CatalogFile.faults(EMPTY, with(valid(), "models", models));

        assertThat(faults).containsOnlyKeys("destinations[0].models");
        assertThat(faults.get("destinations[0].models"))
                .contains("the work order of destination 'acme-warehouse' with its 20 models");
        assertThat(
                        CatalogFile.faults(
                                EMPTY,
                                with(
                                        with(valid(), "models", models),
                                        "destinations[0].models",
                                        List.of("m0"))))
                .isEmpty();
    }

    @Test
    void whatIsReferredToNamesItsReferrers() {
        var catalog =
                CatalogFile.plan(
                                EMPTY, with(valid(), "destinations[0].models", List.of("invoices")))
                        .after();

        assertThat(referrers(catalog, Kind.SOURCE, "app")).containsExactly("model 'invoices'");
        assertThat(referrers(catalog, Kind.RECIPIENT, "acme"))
                .containsExactly("destination 'acme-warehouse'");
        assertThat(referrers(catalog, Kind.MODEL, "invoices"))
                .containsExactly("destination 'acme-warehouse'");
        assertThat(referrers(catalog, Kind.DESTINATION, "acme-warehouse")).isEmpty();
    }

    @Test
    void aNewModelAsksItsSourceAndNoDestination() {
        var catalog = CatalogFile.plan(EMPTY, valid()).after();

        var checks =
                LiveChecks.of(
                        CatalogFile.plan(
                                catalog, object("models", List.of(CatalogFile.model("orders")))));

        assertThat(checks.checks())
                .singleElement()
                .isInstanceOfSatisfying(
                        LiveChecks.Check.OfSource.class,
                        check -> {
                            assertThat(check.models())
                                    .extracting(Model::name)
                                    .containsExactly("orders");
                            assertThat(check.field()).isEqualTo("sources[app]");
                        });
        assertThat(checks.fields()).containsEntry("orders", "models[0]");
    }

    @Test
    void twoPlansOfOneWishAskTheSame() {
        var one = CatalogFile.plan(EMPTY, valid());
        var other = CatalogFile.plan(EMPTY, valid());

        assertThat(LiveChecks.of(one).about()).hasSize(2).isEqualTo(LiveChecks.of(other).about());
        assertThat(LiveChecks.of(one).about())
                .isNotEqualTo(
                        LiveChecks.of(
                                        CatalogFile.plan(
                                                EMPTY, with(valid(), "models[0].table", "other")))
                                .about());
    }

    private static List<String> referrers(Catalog catalog, Kind kind, String name) {
        return catalog.referrers(catalog.find(kind, name).orElseThrow()).stream()
                .map(Catalog::title)
                .toList();
    }

    private static Faults rename(Catalog catalog, Model model, String name) {
        var faults = new Faults();
        CatalogPlan.of(catalog, List.of(renaming(model, name)), CatalogFile.means(), faults);
        return faults;
    }

    private static Draft renaming(Model model, String name) {
        return new Draft(
                "",
                new Model(
                        "",
                        name,
                        0,
                        model.source(),
                        model.table(),
                        model.tenancy(),
                        model.primaryKey(),
                        model.lastModified(),
                        model.nullLastModified(),
                        model.quarantineRowsMax(),
                        model.columns(),
                        model.deletes(),
                        model.backfillNewColumns()),
                false,
                new Intent.Update(model.id()));
    }
}
