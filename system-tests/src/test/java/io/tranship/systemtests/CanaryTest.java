package io.tranship.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Secrets and rows stay where they belong: not in a log, a topic, a control table, a response or a
/// command line.
final class CanaryTest {

    private static final String SECRET = "canary-secret-7f3a9c";
    private static final String ROW = "canary-row-51d0e2";

    @Test
    void secretsAndRowsAreInNoLogTopicTableOrResponse() throws Exception {
        try (var fleet = Fleet.start(Map.of())) {
            var shop = fleet.newShop("canary", List.of("org_1"));
            shop.insert("org_1", 1, 20);
            shop.source().run("update invoices set note = '%s' where number = 3".formatted(ROW));
            shop.source()
                    .run(
                            "update customers set name = '%s' where name = 'customer 5'"
                                    .formatted(ROW));
            connectAsRoleWithSecret(fleet, shop);
            var api = fleet.api();

            var arrived = api.awaitEnd(api.request(shop.destination("org_1"), Map.of()));
            assertThat(arrived.get("status").asText()).isEqualTo("SUCCESS");
            serverRefusesTheRowAndQuotesIt(shop);
            var refused =
                    api.awaitEnd(
                            api.request(shop.destination("org_1"), Map.of("full_refresh", true)));
            assertThat(refused.get("status").asText()).isEqualTo("PARTIAL_FAILURE");
            shop.source().run("alter role canary_role password 'another'");
            var locked = api.awaitEnd(api.request(shop.destination("org_1"), Map.of()));
            assertThat(locked.get("status").asText()).isEqualTo("ERROR");

            var seen = new ArrayList<String>();
            seen.addAll(
                    responses(
                            api,
                            shop,
                            List.of(arrived.get("id").asText(), refused.get("id").asText())));
            seen.addAll(topics(fleet));
            seen.addAll(files(fleet.folder()));
            seen.addAll(fleet.controlTables());
            seen.addAll(commandLines());
            assertThat(seen).hasSizeGreaterThan(20);
            assertThat(seen).noneMatch(text -> text.contains(SECRET));
            assertThat(seen).noneMatch(text -> text.contains(ROW));
        }
    }

    private static void connectAsRoleWithSecret(Fleet fleet, Shop shop) {
        shop.source().run("drop role if exists canary_role");
        shop.source().run("create role canary_role login password '%s'".formatted(SECRET));
        shop.source().run("grant select on all tables in schema public to canary_role");
        var source =
                fleet.api()
                        .scheduler(
                                "PATCH",
                                "/sources/" + shop.sourceName(),
                                Map.of(
                                        "postgres",
                                        Map.of(
                                                "host",
                                                shop.source().host(),
                                                "port",
                                                shop.source().port(),
                                                "database",
                                                shop.source().database(),
                                                "schema",
                                                "public",
                                                "username",
                                                "canary_role",
                                                "password",
                                                SECRET)));
        assertThat(source.code()).isEqualTo(200);
    }

    /// A trigger of the customer's that fails with the row in its message, as constraint errors do
    /// too.
    private static void serverRefusesTheRowAndQuotesIt(Shop shop) {
        shop.target()
                .run(
                        """
                        alter table org_1.invoices_canary add constraint no_canaries check (note <> '%s') not valid
                        """
                                .formatted(ROW));
        shop.target().run("delete from org_1.invoices_canary where number = 3");
    }

    private static List<String> responses(Api api, Shop shop, List<String> transfers) {
        var seen = new ArrayList<String>();
        for (var id : transfers) {
            seen.add(api.status("/transfers/" + id).body().toString());
            seen.add(api.status("/transfers/" + id + "/facts").body().toString());
        }
        seen.add(api.status("/transfers").body().toString());
        for (var kind : List.of("sources", "models", "recipients", "destinations")) {
            seen.add(api.scheduler("GET", "/" + kind, null).body().toString());
        }
        seen.add(
                api.scheduler("POST", "/sources/" + shop.sourceName() + "/test", Map.of())
                        .body()
                        .toString());
        return seen;
    }

    private static List<String> topics(Fleet fleet) {
        return new Topics(fleet.topicPrefix())
                .all().stream()
                        .flatMap(topic -> Topic.read(fleet.bootstrap(), topic.name()).stream())
                        .filter(record -> record.value() != null)
                        .map(record -> new String(record.value(), StandardCharsets.ISO_8859_1))
                        .toList();
    }

    private static List<String> files(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            var texts = new ArrayList<String>();
            for (var file : files.filter(Files::isRegularFile).toList()) {
                texts.add(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
            return texts;
        }
    }

    private static List<String> commandLines() {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains("tranship"))
                .toList();
    }
}
