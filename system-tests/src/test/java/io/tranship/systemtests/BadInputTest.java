package io.tranship.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Bad input gets an error that names the thing, the value and the way out, and changes nothing.
final class BadInputTest {

    private static Fleet fleet;
    private static Api api;
    private static Shop shop;

    @BeforeAll
    static void start() {
        fleet = Fleet.start(Map.of());
        api = fleet.api();
        shop = fleet.newShop("bad", List.of("org_1"));
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void anUnknownVendorIsNamed() {
        refused(source(Map.of("vendor", "oracle9")), "sources[0].vendor", "oracle9");
    }

    @Test
    void aMissingKeyColumnIsNamedWithModelAndTable() {
        refused(
                Map.of(
                        "models",
                        List.of(
                                model(
                                        Map.of(
                                                "name",
                                                "invoices_new",
                                                "primary_key",
                                                List.of("invoice_no"))))),
                "models[0]",
                "invoice_no");
    }

    @Test
    void aMissingLastModifiedIsNamed() {
        var model = model(Map.of("name", "invoices_new"));
        model.remove("last_modified");

        refused(Map.of("models", List.of(model)), "models[0].last_modified", "");
    }

    @Test
    void aWrongPasswordIsSaidWithHostAndUserAndNeverRepeated() {
        var answer =
                refused(
                        source(Map.of("postgres", endpoint(Map.of("password", "wrong-password")))),
                        "sources[0]",
                        "");

        assertThat(answer.toString()).doesNotContain("wrong-password");
        assertThat(answer.toString()).contains(shop.source().user());
    }

    @Test
    void anUnreachableHostIsNamed() {
        refused(
                source(Map.of("postgres", endpoint(Map.of("host", "127.0.0.1", "port", 1)))),
                "sources[0]",
                "127.0.0.1:1");
    }

    @Test
    void aSecretThatCannotBeResolvedNamesTheVariableAndTheProcess() {
        var answer =
                refused(
                        source(
                                Map.of(
                                        "postgres",
                                        endpoint(
                                                Map.of(
                                                        "password",
                                                        Map.of("env", "NO_SUCH_VARIABLE"))))),
                        "sources[0]",
                        "NO_SUCH_VARIABLE");

        assertThat(answer.toString()).contains("scheduler-service");
    }

    @Test
    void aRequestForAnUnknownDestinationIsA404ThatNamesIt() {
        var answer = api.tryRequest("nobody", Map.of());

        assertThat(answer.code()).isEqualTo(404);
        assertThat(answer.body().get("detail").asText()).contains("nobody");
    }

    @Test
    void aRequestForAnUnknownModelNamesIt() {
        var answer = api.tryRequest(shop.destination("org_1"), Map.of("models", List.of("ghosts")));

        assertThat(answer.code()).isBetween(400, 422);
        assertThat(answer.body().toString()).contains("ghosts");
    }

    private static JsonNode refused(Map<String, Object> catalog, String field, String value) {
        var before = api.scheduler("GET", "/sources", null).body();

        var answer = api.putCatalog(catalog);

        assertThat(answer.code()).as(answer.toString()).isBetween(400, 422);
        assertThat(answer.body().at("/errors/0/field").asText()).startsWith(field);
        assertThat(answer.body().at("/errors/0/detail").asText()).contains(value);
        assertThat(api.scheduler("GET", "/sources", null).body()).isEqualTo(before);
        return answer.body();
    }

    private static Map<String, Object> source(Map<String, Object> changed) {
        var source = new LinkedHashMap<String, Object>();
        source.put("name", "new_source");
        source.put("vendor", "postgres");
        source.put("postgres", endpoint(Map.of()));
        source.putAll(changed);
        return Map.of("sources", List.of(source));
    }

    private static Map<String, Object> endpoint(Map<String, Object> changed) {
        var endpoint = new LinkedHashMap<>(Shop.endpoint(shop.source(), "public"));
        endpoint.putAll(changed);
        return endpoint;
    }

    private static Map<String, Object> model(Map<String, Object> changed) {
        var model =
                new LinkedHashMap<>(
                        shop.modelEntry("invoices", List.of("organization_id", "number")));
        model.putAll(changed);
        return model;
    }
}
