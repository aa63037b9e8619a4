package io.tranship.scheduler;

import static io.tranship.scheduler.CatalogFile.EMPTY;
import static io.tranship.scheduler.CatalogFile.object;
import static io.tranship.scheduler.CatalogFile.valid;
import static io.tranship.scheduler.CatalogFile.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.NullLastModified;
import io.tranship.schemas.CatalogRecord.Source;
import io.tranship.schemas.Endpoint.Postgres;
import io.tranship.schemas.Endpoint.Postgres.SslMode;
import io.tranship.schemas.Secret;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DraftsTest {

    @ParameterizedTest
    @ValueSource(strings = {"UTC-5", "GMT+2", "-05:00", "Z"})
    void anOffsetIsNoZoneAsDatabasesReadItsSignTheOtherWayRound(String zone) {
        var wish = with(valid(), "models[0].last_modified", object("column", "at", "zone", zone));

        assertThat(CatalogFile.faults(EMPTY, wish)).containsKey("models[0].last_modified.zone");
    }

    @Test
    void aColumnsNameThatTheDestinationWouldCutOrDoubleIsRefusedOnSave() {
        var tooLong = "€".repeat(21) + "a";
        var columns =
                List.of(
                        object("name", "id"),
                        object("name", "updated_at"),
                        object("name", "number", "as", "id"),
                        object("name", tooLong),
                        object("name", "€".repeat(21)));

        var faults = CatalogFile.faults(EMPTY, with(valid(), "models[0].columns", columns));

        assertThat(faults)
                .hasEntrySatisfying(
                        "models[0].columns[2]",
                        fault -> assertThat(fault).contains("two columns", "'id'", "as"))
                .hasEntrySatisfying(
                        "models[0].columns[3]",
                        fault -> assertThat(fault).contains("64 bytes", "at most 63"))
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\u0007b"})
    void aKeyOfOneColumnIsCheckedLikeAList(String key) {
        assertThat(CatalogFile.faults(EMPTY, with(valid(), "models[0].primary_key", key)))
                .containsKey("models[0].primary_key");
    }

    @Test
    void aFileWithoutOptionalFieldsGetsTheDefaults() {
        var catalog = CatalogFile.plan(EMPTY, valid()).after();

        var source = (Source) catalog.find(Kind.SOURCE, "app").orElseThrow();
        assertThat(source.maxConcurrentTransfers()).isEqualTo(10);
        assertThat(source.maxConcurrentQueriesPerTransfer()).isEqualTo(1);
        assertThat(source.lookbackSeconds()).isNull();
        assertThat(source.endpoint())
                .isEqualTo(
                        new Postgres(
                                "127.0.0.1",
                                5432,
                                "app",
                                "public",
                                "u",
                                new Secret.Env("APP_PASSWORD"),
                                SslMode.PREFER,
                                null));
        var model = (Model) catalog.find(Kind.MODEL, "invoices").orElseThrow();
        assertThat(model.source()).isEqualTo(source.id());
        assertThat(model.nullLastModified()).isEqualTo(NullLastModified.BACKFILL_ONLY);
        assertThat(model.columns()).isEmpty();
        var destination =
                (Destination) catalog.find(Kind.DESTINATION, "acme-warehouse").orElseThrow();
        assertThat(destination.enabled()).isTrue();
        assertThat(destination.frequencyMinutes()).isZero();
        assertThat(destination.maxConcurrentTransfers()).isEqualTo(1);
        assertThat(destination.maxConcurrentQueriesPerTransfer()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    sources[0].vendor,           sources[0].vendor,           is missing
                    sources[0].postgres,         sources[0].postgres,         is missing
                    sources[0].postgres.host,    sources[0].postgres.host,    is missing
                    sources[0].postgres.database, sources[0].postgres.database, is missing
                    sources[0].postgres.password, sources[0].postgres.password, is missing
                    models[0].source,            models[0].source,            is missing
                    models[0].table,             models[0].table,             is missing
                    models[0].primary_key,       models[0].primary_key,       is missing
                    models[0].last_modified,     models[0].last_modified,     is missing
                    models[0].tenancy,           models[0].tenancy,           is missing
                    recipients[0].tenant_id,     recipients[0].tenant_id,     is missing
                    recipients[0].name,          recipients[0].name,          is missing
                    destinations[0].recipient,   destinations[0].recipient,   is missing
                    """)
    void aMissingFieldIsNamed(String removed, String field, String detail) {
        assertThat(CatalogFile.faults(EMPTY, with(valid(), removed, null)))
                .hasEntrySatisfying(field, found -> assertThat(found).startsWith(detail));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    sources[0].vendor|                     oracle|   'oracle' is not known; known are postgres
                    sources[0].postgres.ssl_mode|          maybe|    'maybe' is not known; known are allow
                    sources[0].postgres.host|              a b|      'a b' is no host name
                    sources[0].name|                       a/b|      'a/b' cannot be used as a name
                    sources[0].name|                       01900000-0000-7000-8000-000000000001| looks like an id
                    models[0].name|                        _tranship_x| is kept for control tables
                    models[0].null_last_modified|          never|    'never' is not known
                    models[0].source|                      other|    there is no source 'other'
                    destinations[0].recipient|             nobody|   there is no recipient 'nobody'
                    destinations[0].enabled|               maybe|    expected true or false
                    destinations[0].models|                invoices| expected a list
                    """)
    void anUnsuitableTextIsNamed(String field, String value, String detail) {
        assertThat(CatalogFile.faults(EMPTY, with(valid(), field, value)))
                .hasEntrySatisfying(field, found -> assertThat(found).contains(detail));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    sources[0].postgres.port,                           0
                    sources[0].postgres.port,                           65536
                    sources[0].max_concurrent_transfers,                0
                    sources[0].max_concurrent_queries_per_transfer,     0
                    sources[0].lookback_seconds,                        -1
                    models[0].quarantine_rows_max,                      -1
                    destinations[0].frequency_minutes,                  -1
                    destinations[0].frequency_minutes,                  1441
                    destinations[0].max_concurrent_transfers,           0
                    destinations[0].max_concurrent_queries_per_transfer, 0
                    """)
    void aNumberOutOfBoundsIsNamed(String field, int value) {
        assertThat(CatalogFile.faults(EMPTY, with(valid(), field, value)))
                .hasEntrySatisfying(
                        field,
                        found ->
                                assertThat(found)
                                        .startsWith("expected a whole number from")
                                        .endsWith("found the number " + value));
    }

    @Test
    void theOrganizationHasADefaultFrequencyOfItsOwnBounds() {
        assertThat(
                        CatalogFile.faults(
                                EMPTY, object("organization", object("frequency_minutes", 0))))
                .containsOnlyKeys("organization.frequency_minutes");
        assertThat(
                        CatalogFile.plan(
                                        EMPTY,
                                        object("organization", object("frequency_minutes", 30)))
                                .after()
                                .organization()
                                .frequencyMinutes())
                .isEqualTo(30);
    }

    @Test
    void anUnknownFieldIsNamedWithThoseThatAreKnown() {
        var faults =
                CatalogFile.faults(EMPTY, with(valid(), "models[0].primary_keys", List.of("id")));

        assertThat(faults.get("models[0].primary_keys"))
                .startsWith("is not a known field; known are")
                .contains("primary_key");
    }

    @Test
    void allFaultsAreNamedAtOnce() {
        var file = with(with(valid(), "models[0].primary_key", null), "sources[0].vendor", "x");

        assertThat(CatalogFile.faults(EMPTY, file))
                .containsOnlyKeys("sources[0].vendor", "models[0].primary_key");
    }

    @Test
    void aPasswordInAWrongFormIsNotQuoted() {
        for (var wrong : List.of(4711, List.of("canary"), object("plain", "canary"), true)) {
            var faults =
                    CatalogFile.faults(EMPTY, with(valid(), "sources[0].postgres.password", wrong));

            assertThat(faults.get("sources[0].postgres.password"))
                    .contains("{\"env\": NAME}")
                    .doesNotContain("canary", "4711");
        }
    }

    @Test
    void aPlainPasswordIsSealedBeforeAnythingElseSeesIt() {
        var catalog = CatalogFile.plan(EMPTY, valid()).after();
        var destination =
                (Destination) catalog.find(Kind.DESTINATION, "acme-warehouse").orElseThrow();

        var password = ((Postgres) destination.endpoint()).password();

        assertThat(password).isInstanceOf(Secret.Sealed.class);
        assertThat(CatalogFile.KEY.unseal((Secret.Sealed) password)).isEqualTo("canary-secret");
        assertThat(destination.toString()).doesNotContain("canary-secret");
    }

    @Test
    void numbersAreNotTakenForText() {
        assertThat(CatalogFile.faults(EMPTY, with(valid(), "recipients[0].tenant_id", 42)))
                .containsEntry(
                        "recipients[0].tenant_id",
                        "expected text, found the number 42; put it in quotes");
    }

    @Test
    void tenancyIsAColumnOrASchema() {
        for (var wrong :
                List.of(object(), object("column", "c", "schema", true), object("schema", false))) {
            assertThat(CatalogFile.faults(EMPTY, with(valid(), "models[0].tenancy", wrong)))
                    .containsKey("models[0].tenancy");
        }
        assertThat(
                        CatalogFile.faults(
                                EMPTY, with(valid(), "models[0].tenancy", object("schema", true))))
                .isEmpty();
    }

    @Test
    void lastModifiedMayHaveAZone() {
        var wish =
                with(
                        valid(),
                        "models[0].last_modified",
                        object("column", "at", "zone", "Europe/Paris"));
        var model =
                (Model)
                        CatalogFile.plan(EMPTY, wish)
                                .after()
                                .find(Kind.MODEL, "invoices")
                                .orElseThrow();

        assertThat(model.lastModified().zone()).isEqualTo("Europe/Paris");
        assertThat(
                        CatalogFile.faults(
                                EMPTY, with(wish, "models[0].last_modified.zone", "Europe/Pariss")))
                .containsKey("models[0].last_modified.zone");
    }

    @Test
    void listedColumnsCarryTheKeyAndTheLastModifiedOne() {
        var faults =
                CatalogFile.faults(
                        EMPTY,
                        with(
                                valid(),
                                "models[0].columns",
                                List.of(
                                        "number",
                                        "number",
                                        object("name", "total", "as", "number"))));

        assertThat(faults)
                .containsOnlyKeys(
                        "models[0].columns[1]",
                        "models[0].columns[2]",
                        "models[0].primary_key",
                        "models[0].last_modified");
    }

    @Test
    void namesThatWouldCollideAreRefusedOnSave() {
        var twins =
                with(valid(), "models", List.of(CatalogFile.model("a"), CatalogFile.model("A")));
        var doubled =
                with(valid(), "models", List.of(CatalogFile.model("a"), CatalogFile.model("a")));

        assertThat(CatalogFile.faults(EMPTY, twins).get("models[1].name"))
                .contains("would be one table");
        assertThat(CatalogFile.faults(EMPTY, doubled).get("models[1].name"))
                .contains("is the name of models[0] too");
    }

    @Test
    void anEmptyItemOfAListIsAFault() {
        assertThat(
                        CatalogFile.faults(
                                EMPTY,
                                with(
                                        valid(),
                                        "models[0].primary_key",
                                        Collections.singletonList(null))))
                .containsKey("models[0].primary_key");
        assertThat(CatalogFile.faults(EMPTY, with(valid(), "models[0].primary_key", List.of())))
                .containsKey("models[0].primary_key");
    }

    @Test
    void tooManyFaultsAreCounted() {
        var names = IntStream.range(0, 150).mapToObj(i -> "f" + i).toList();
        var file = valid();
        names.forEach(name -> file.put(name, 1));

        assertThat(CatalogFile.faults(EMPTY, file)).hasSize(101).containsEntry("", "and 50 more");
    }
}
