package io.tranship.scheduler;

import static io.restassured.RestAssured.given;
import static io.tranship.scheduler.CatalogFile.object;
import static io.tranship.scheduler.CatalogFile.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.Topics;
import io.tranship.schemas.UndecodableException;
import io.tranship.servers.ServiceTestResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(ServiceTestResource.class)
final class CatalogApiTest {

    @Test
    void aFileIsAppliedAsAWholeAndAgainWithoutAChange() {
        var shop = new Shop();

        put(shop.file())
                .statusCode(200)
                .body("changes.change", everyItem(equalTo("created")))
                .body("changes.kind", contains("source", "recipient", "model", "destination"))
                .body("changes[3].name", equalTo(shop.destination()))
                .body("warnings", empty());
        put(shop.file()).statusCode(200).body("changes.change", everyItem(equalTo("unchanged")));
    }

    @Test
    void aDryRunChangesNothing() {
        var shop = new Shop();

        json().body(shop.file())
                .put("/catalog?dry_run=true")
                .then()
                .statusCode(200)
                .body("changes.change", everyItem(equalTo("created")));

        json().get("/sources/" + shop.source()).then().statusCode(404);
    }

    @Test
    void whatIsSavedIsPublishedInTheOrderOfRevisions() {
        var shop = new Shop();
        put(shop.file()).statusCode(200);
        put(with(shop.file(), "destinations[0].frequency_minutes", 60)).statusCode(200);

        var published = await().until(() -> published(shop), records -> records.size() >= 5);

        assertThat(published)
                .extracting(CatalogRecord::kind)
                .containsExactly("source", "recipient", "model", "destination", "destination");
        assertThat(published)
                .extracting(CatalogRecord::revision)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(((CatalogRecord.Destination) published.getLast()).frequencyMinutes())
                .isEqualTo(60);
    }

    @Test
    void nothingOfAFileWithAFaultIsSaved() {
        var shop = new Shop();

        put(with(shop.file(), "models[0].primary_key", null))
                .statusCode(422)
                .contentType("application/problem+json")
                .body("type", equalTo("/problems/invalid"))
                .body("status", is(422))
                .body("errors.field", contains("models[0].primary_key"))
                .body("errors.detail", contains("is missing"));

        json().get("/sources/" + shop.source()).then().statusCode(404);
    }

    @Test
    void destinationsCanSwapTheirPlacesInOneSave() {
        var shop = new Shop();
        var twice = new ArrayList<Object>((List<?>) shop.file().get("destinations"));
        twice.add(
                with(
                        with(shop.destinationThing(false), "name", shop.destination() + "-2"),
                        "postgres.schema",
                        "vendor_data_2"));
        put(with(shop.file(), "destinations", twice)).statusCode(200);

        var swapped = with(shop.file(), "destinations", twice);
        swapped = with(swapped, "destinations[0].postgres.schema", "vendor_data_2");
        put(with(swapped, "destinations[1].postgres.schema", "vendor_data"))
                .statusCode(200)
                .body("changes.change", hasItem("updated"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "0", "101", "99999999999"})
    void aPageSizeThatIsNoneIsRefusedInWords(String size) {
        json().get("/models?page_size=" + size)
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("page_size"))
                .body("errors[0].detail", containsString(size));
    }

    @Test
    void malformedJsonIsPlaced() {
        json().body("{\n \"sources\": [oops]\n}")
                .put("/catalog")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("detail", startsWith("line 2, column"));
    }

    @Test
    void aBodyOverTheLimitIsRefusedWithBothNumbers() {
        json().body("{\"a\": \"" + "x".repeat(1_100_000) + "\"}")
                .put("/catalog")
                .then()
                .statusCode(413)
                .body("detail", containsString("at most 1048576 are taken"));
    }

    @Test
    void aBodyThatIsNotJsonIsRefused() {
        given().contentType("text/plain")
                .body("{}")
                .put("/catalog")
                .then()
                .statusCode(415)
                .contentType("application/problem+json");
    }

    @Test
    void aMissingTableColumnOrKeyIsNamedFromTheLiveDatabase() {
        var shop = new Shop();

        put(with(shop.file(), "models[0].table", "orders"))
                .statusCode(422)
                .body("errors[0].field", equalTo("models[0].table"))
                .body("errors[0].detail", containsString("orders"));
        put(with(shop.file(), "models[0].last_modified", "changed_at"))
                .statusCode(422)
                .body("errors[0].field", startsWith("models[0]."))
                .body("errors[0].detail", containsString("changed_at"));
        put(with(shop.file(), "models[0].primary_key", List.of("total")))
                .statusCode(422)
                .body("errors[0].field", equalTo("models[0].primary_key"))
                .body("errors[0].detail", containsString("total"));
    }

    @Test
    void aDatabaseThatCannotBeReachedIsNamedByItsAddress() {
        var shop = new Shop();

        put(with(shop.file(), "sources[0].postgres.port", 1))
                .statusCode(422)
                .body("errors[0].field", startsWith("sources[0].postgres"))
                .body("errors[0].detail", containsString("127.0.0.1:1"));
    }

    @Test
    void aWrongPasswordIsNamedAndNotShown() {
        var shop = new Shop();

        put(with(shop.file(), "destinations[0].postgres.password", "canary-wrong"))
                .statusCode(422)
                .body("errors[0].field", equalTo("destinations[0].postgres.password"))
                .body("errors[0].detail", not(containsString("canary-wrong")));
    }

    @Test
    void aVariableThatIsNotSetIsNamedWithTheProcess() {
        var shop = new Shop();

        put(with(shop.file(), "sources[0].postgres.password", object("env", "NOT_SET_HERE")))
                .statusCode(422)
                .body("errors[0].field", equalTo("sources[0].postgres.password"))
                .body(
                        "errors[0].detail",
                        containsString(
                                "scheduler-service has no environment variable NOT_SET_HERE"));
    }

    @Test
    void thingsAreMadeReadChangedAndDeleted() {
        var shop = new Shop();
        var id =
                json().body(shop.sourceThing())
                        .post("/sources")
                        .then()
                        .statusCode(201)
                        .body("name", equalTo(shop.source()))
                        .body("postgres.password.sealed", is(true))
                        .extract()
                        .path("id");

        json().body(object("max_concurrent_transfers", 3))
                .patch("/sources/" + id)
                .then()
                .statusCode(200)
                .body("max_concurrent_transfers", is(3))
                .body("postgres.password.sealed", is(true));
        json().get("/sources/" + shop.source()).then().statusCode(200).body("id", equalTo(id));
        json().body(shop.modelThing()).post("/models").then().statusCode(201);
        json().delete("/sources/" + shop.source())
                .then()
                .statusCode(409)
                .body("detail", containsString("used by model '" + shop.model() + "'"));
        json().delete("/models/" + shop.model()).then().statusCode(204);
        json().delete("/sources/" + id).then().statusCode(204);
        json().get("/sources/" + id)
                .then()
                .statusCode(404)
                .body("detail", containsString("no source with the id or name"));
    }

    @Test
    void aDeletionLeavesATombstoneBehindARisenRevision() {
        var shop = new Shop();
        put(shop.file()).statusCode(200);
        var id = json().get(shop.path()).then().extract().<String>path("id");

        json().delete(shop.path()).then().statusCode(204);

        var records =
                await().until(
                                () -> TopicReader.read(catalogTopic()),
                                all -> all.stream().anyMatch(r -> isTombstone(r, id)));
        var at =
                IntStream.range(0, records.size())
                        .filter(i -> isTombstone(records.get(i), id))
                        .findFirst()
                        .orElseThrow();
        var before = decoded(records.get(at - 1));
        assertThat(before).isInstanceOf(CatalogRecord.Organization.class);
        assertThat(before.revision()).isGreaterThan(decoded(records.get(at - 2)).revision());
    }

    @Test
    void anIdempotencyKeyMakesOneThing() {
        var shop = new Shop();
        var key = "make " + shop.source();

        var first =
                json().header("Idempotency-Key", key)
                        .body(shop.sourceThing())
                        .post("/sources")
                        .then()
                        .statusCode(201)
                        .extract()
                        .asString();
        var second =
                json().header("Idempotency-Key", key)
                        .body(shop.sourceThing())
                        .post("/sources")
                        .then()
                        .statusCode(201)
                        .extract()
                        .asString();

        assertThat(second).isEqualTo(first);
        json().header("Idempotency-Key", key)
                .body(with(shop.sourceThing(), "name", "other"))
                .post("/sources")
                .then()
                .statusCode(409)
                .body("detail", containsString("was used for another body"));
        json().body(shop.sourceThing())
                .post("/sources")
                .then()
                .statusCode(422)
                .body("errors[0].detail", containsString("already"));
    }

    @Test
    void listsComeInPages() {
        for (var i = 0; i < 3; i++) {
            json().body(object("name", "paged-%d".formatted(i), "tenant_id", "t"))
                    .post("/recipients")
                    .then()
                    .statusCode(201);
        }
        var names = new ArrayList<String>();
        String cursor = "";
        while (cursor != null) {
            var page =
                    json().get("/recipients?page_size=2&cursor=" + cursor)
                            .then()
                            .statusCode(200)
                            .extract();
            names.addAll(page.<List<String>>path("items.name"));
            cursor = page.path("next_cursor");
        }

        assertThat(names)
                .isSorted()
                .doesNotHaveDuplicates()
                .contains("paged-0", "paged-1", "paged-2");
        json().get("/recipients?page_size=101")
                .then()
                .statusCode(400)
                .body("detail", containsString("'101' is not a whole number from 1 to 100"));
        json().get("/recipients?cursor=*").then().statusCode(400);
    }

    @Test
    void theOrganizationIsDrawnOnceAndItsFrequencyCanBeChanged() {
        var before = json().get("/organization").then().statusCode(200).extract();

        json().body(object("frequency_minutes", 720))
                .patch("/organization")
                .then()
                .statusCode(200)
                .body("id", equalTo(before.path("id")))
                .body("frequency_minutes", is(720))
                .body("revision", greaterThan(before.<Long>path("revision")));
        json().body(object("frequency_minutes", 0)).patch("/organization").then().statusCode(422);
        json().body(object("frequency_minutes", 1440))
                .patch("/organization")
                .then()
                .statusCode(200);
    }

    @Test
    void savesAtTheSameTimeAllArriveInOneOrder() {
        var names = IntStream.range(0, 20).mapToObj("racer-%02d"::formatted).toList();

        var codes =
                AtOnce.run(
                        names.size(),
                        i ->
                                json().body(object("name", names.get(i), "tenant_id", "t"))
                                        .post("/recipients")
                                        .statusCode());

        assertThat(codes).containsOnly(201);
        var revisions =
                await().until(
                                () ->
                                        TopicReader.read(catalogTopic()).stream()
                                                .filter(record -> record.value() != null)
                                                .map(CatalogApiTest::decoded)
                                                .toList(),
                                records ->
                                        records.stream()
                                                .map(CatalogRecord::name)
                                                .toList()
                                                .containsAll(names));
        assertThat(revisions)
                .extracting(CatalogRecord::revision)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void connectionTestsSayWhatIsMissing() {
        var shop = new Shop();
        put(shop.file()).statusCode(200);

        json().post("/sources/%s/test".formatted(shop.source()))
                .then()
                .statusCode(200)
                .body("ok", is(true))
                .body("findings", empty());
        json().post(shop.path() + "/test").then().statusCode(200).body("ok", is(true));
        shop.runAtSource("alter table invoices drop column updated_at");
        json().post("/sources/%s/test".formatted(shop.source()))
                .then()
                .statusCode(200)
                .body("ok", is(false))
                .body("findings[0].severity", equalTo("error"))
                .body("findings[0].code", startsWith("TRN-"))
                .body("findings[0].message", containsString("updated_at"));
        json().post("/sources/nobody/test").then().statusCode(404);
    }

    @Test
    void anUnknownPathIsAProblemToo() {
        json().get("/nothing").then().statusCode(404);
        json().get("/sources/nothing")
                .then()
                .statusCode(404)
                .contentType("application/problem+json");
        json().delete("/catalog").then().statusCode(405);
    }

    @Test
    void healthMetricsAndOpenApiAreThere() {
        for (var path : List.of("/q/health/live", "/q/health/ready", "/q/health/started")) {
            json().get(path).then().statusCode(200).body("status", equalTo("UP"));
        }
        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("tranship_schedule_failed_total"));
        var openApi = given().get("/q/openapi").then().statusCode(200).extract().asString();
        assertThat(openApi)
                .contains(
                        "/catalog:",
                        "/organization:",
                        "/sources:",
                        "/models/{id}:",
                        "/recipients/{id}:",
                        "/destinations/{id}/transfers:",
                        "/sources/{id}/test:",
                        "/destinations/{id}/test:");
        given().get("/organization")
                .then()
                .header("X-Content-Type-Options", "nosniff")
                .header("Server", nullValue());
    }

    static String catalogTopic() {
        return new Topics(TopicReader.setting("tranship.topic-prefix")).catalog();
    }

    private static boolean isTombstone(ConsumerRecord<String, byte[]> record, String id) {
        return record.value() == null && record.key().equals("destination:" + id);
    }

    private static List<CatalogRecord> published(Shop shop) {
        var names = List.of(shop.source(), shop.model(), shop.recipient(), shop.destination());
        return TopicReader.read(catalogTopic()).stream()
                .filter(record -> record.value() != null)
                .map(CatalogApiTest::decoded)
                .filter(record -> names.contains(record.name()))
                .toList();
    }

    private static CatalogRecord decoded(ConsumerRecord<String, byte[]> record) {
        try {
            return CatalogCodec.decode(record.value());
        } catch (UndecodableException e) {
            throw new AssertionError(e);
        }
    }

    private static ValidatableResponse put(Map<String, Object> file) {
        return json().body(file).put("/catalog").then();
    }

    static RequestSpecification json() {
        return given().contentType("application/json");
    }
}
