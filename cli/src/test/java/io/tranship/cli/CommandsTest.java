package io.tranship.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.cli.ServicesDouble.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands as a user runs them, against services that answer what the test says.
final class CommandsTest {

    private static final String ID = "01a20688-44fa-7a94-9e84-1b0cff2adbd5";
    private static final Reply TAKEN = new Reply(202, "{\"transfer_id\":\"%s\"}".formatted(ID));
    private static final Reply UNKNOWN = new Reply(404, "{}");
    private static final Reply RUNNING = transfer("RUNNING", "");
    private static final Reply SUCCESS =
            transfer(
                    "SUCCESS",
                    ",\"model_results\":[{\"model\":\"invoices\",\"outcome\":\"SUCCESS\",\"rows_written\":1234}]");

    @TempDir Path folder;
    private ServicesDouble services;

    @BeforeEach
    void start() throws IOException {
        services = new ServicesDouble();
    }

    @AfterEach
    void stop() {
        services.close();
    }

    @Test
    void waitingOutlastsTheMomentInWhichATransferIsUnknown() {
        services.on("POST /destinations/acme/transfers", TAKEN)
                .on("GET /transfers/" + ID, UNKNOWN, UNKNOWN, RUNNING, SUCCESS);

        var seen = services.run("transfer", "acme", "--wait");

        assertThat(seen.exitCode()).isZero();
        assertThat(seen.out()).contains("RUNNING", "1,234 rows", "SUCCESS");
    }

    @Test
    void aFailedTransferEndsWithItsReasonAndExitCodeOne() {
        services.on("POST /destinations/acme/transfers", TAKEN)
                .on(
                        "GET /transfers/" + ID,
                        transfer(
                                "ERROR",
                                ",\"error\":{\"code\":\"TRN-201\",\"message\":\"the password was refused\",\"blame\":\"source\"}"));

        var seen = services.run("transfer", "acme", "--wait");

        assertThat(seen.exitCode()).isEqualTo(1);
        assertThat(seen.out()).contains("TRN-201 the password was refused (to act: source)");
    }

    @Test
    void everyOptionOfATransferIsSent() {
        services.on("POST /destinations/my%20acme/transfers", TAKEN);

        var seen =
                services.run(
                        "transfer",
                        "my acme",
                        "--model",
                        "a",
                        "--model",
                        "b",
                        "--full-refresh",
                        "--accept-shrink",
                        "--adopt",
                        "--from",
                        "2026-01-01T01:00:00+01:00",
                        "--json");

        assertThat(seen.out()).isEqualToIgnoringNewLines("{\"transfer_id\":\"%s\"}".formatted(ID));
        assertThat(services.requests())
                .containsExactly(
                        "POST /destinations/my%20acme/transfers {\"models\":[\"a\",\"b\"],\"full_refresh\":true,\"accept_shrink\":true,\"adopt\":true,\"start_window_at\":\"2026-01-01T00:00:00Z\"}");
    }

    @Test
    void whatCannotBeMeantIsWrongUseAndNothingIsSent() {
        assertThat(services.run("transfer", "acme", "--repair").exitCode()).isEqualTo(2);
        assertThat(services.run("transfer", "acme", "--from", "monday").exitCode()).isEqualTo(2);
        assertThat(services.run("transfer").exitCode()).isEqualTo(2);
        assertThat(services.run("transfer", "acme", "--restore", "--purge").exitCode())
                .isEqualTo(2);
        assertThat(services.run("transfer", "acme", "--yes", "acme").exitCode()).isEqualTo(2);
        assertThat(services.run("transfers", "--limit", "0").exitCode()).isEqualTo(2);
        assertThat(services.requests()).isEmpty();
    }

    @Test
    void aPurgeIsAskedForOnlyWhenTheDestinationIsTypedAgain() {
        services.on("POST /destinations/acme/transfers", TAKEN);

        var other = typing("acme-2\n", "transfer", "acme", "--purge");
        var nobody = typing("", "transfer", "acme", "--purge", "--model", "invoices");
        var script = services.run("transfer", "acme", "--purge", "--yes", "amce");
        assertThat(List.of(other.exitCode(), nobody.exitCode(), script.exitCode())).containsOnly(2);
        assertThat(other.err()).contains("tables of all models", "'acme-2' is not 'acme'");
        assertThat(nobody.err()).contains("the tables of invoices", "--yes acme");
        assertThat(services.requests()).isEmpty();

        assertThat(typing("acme\n", "transfer", "acme", "--purge").exitCode()).isZero();
        assertThat(services.run("transfer", "acme", "--purge", "--yes", "acme").exitCode())
                .isZero();
        assertThat(services.requests())
                .containsExactly(
                        "POST /destinations/acme/transfers {\"kind\":\"PURGE\"}",
                        "POST /destinations/acme/transfers {\"kind\":\"PURGE\"}");
    }

    private ServicesDouble.Seen typing(String line, String... args) {
        var before = System.in;
        System.setIn(new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)));
        try {
            return services.run(args);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void wrongYamlIsNotSent() throws Exception {
        var seen = services.run("apply", "-f", catalog("sources:\n - a\n  - b: c: d\n"));

        assertThat(seen.exitCode()).isEqualTo(2);
        assertThat(seen.err()).contains("catalog.yaml:3:");
        assertThat(services.requests()).isEmpty();
    }

    @Test
    void whatTheServiceRefusesIsShownWithItsLine() throws Exception {
        services.on(
                "PUT /catalog",
                new Reply(
                        422,
                        "{\"detail\":\"1 thing\",\"errors\":[{\"field\":\"sources[0].vendor\",\"detail\":\"is not known\"}]}"));

        var seen = services.run("apply", "-f", catalog("sources:\n  - name: a\n    vendor: b\n"));

        assertThat(seen.exitCode()).isEqualTo(1);
        assertThat(seen.err()).contains("catalog.yaml:3:5: sources[0].vendor: is not known");
    }

    @Test
    void aDryRunSaysSo() throws Exception {
        services.on(
                "PUT /catalog?dry_run=true",
                new Reply(
                        200,
                        "{\"changes\":[{\"kind\":\"source\",\"name\":\"a\",\"change\":\"created\"},{\"kind\":\"model\",\"name\":\"m\",\"change\":\"unchanged\"}],\"warnings\":[]}"));

        var seen = services.run("apply", "--dry-run", "-f", catalog("sources: []\n"));

        assertThat(seen.exitCode()).isZero();
        assertThat(seen.out())
                .contains("created    source       a")
                .contains("1 of 2 would change; nothing was changed");
    }

    @Test
    void aListGoesOverPagesUpToItsLimit() {
        services.on(
                        "GET /transfers?order=-submitted_at&page_size=3",
                        new Reply(
                                200,
                                "{\"items\":[{\"id\":\"1\"},{\"id\":\"2\"}],\"next_cursor\":\"c\"}"))
                .on(
                        "GET /transfers?order=-submitted_at&page_size=1&cursor=c",
                        new Reply(200, "{\"items\":[{\"id\":\"3\"}],\"next_cursor\":null}"));

        var seen = services.run("transfers", "--limit", "3", "--json");

        assertThat(seen.out())
                .isEqualToIgnoringNewLines(
                        "{\"items\":[{\"id\":\"1\"},{\"id\":\"2\"},{\"id\":\"3\"}],\"next_cursor\":null}");
    }

    @Test
    void aTransferIsShownWithItsHistory() {
        services.on("GET /transfers/" + ID, SUCCESS)
                .on(
                        "GET /transfers/%s/facts".formatted(ID),
                        new Reply(
                                200,
                                "{\"items\":[{\"type\":\"TransferStarted\",\"appended_at\":\"2026-01-01T00:00:01Z\",\"void\":true}]}"));

        var seen = services.run("show", ID);

        assertThat(seen.out()).contains("TransferStarted  void").contains("invoices");
    }

    @Test
    void anUnknownTransferIsAFailureWithAWayOut() {
        var seen = services.run("show", ID);

        assertThat(seen.exitCode()).isEqualTo(1);
        assertThat(seen.err()).contains("there is no transfer " + ID, "tranship transfers");
    }

    @Test
    void aRefusalInJsonCarriesTheProblem() {
        services.on(
                "POST /transfers/%s/cancel".formatted(ID),
                new Reply(409, "{\"status\":409,\"detail\":\"it is over\"}"));

        var seen = services.run("cancel", ID, "--json");

        assertThat(seen.exitCode()).isEqualTo(1);
        assertThat(seen.out())
                .isEqualToIgnoringNewLines(
                        "{\"error\":\"it is over\",\"problem\":{\"status\":409,\"detail\":\"it is over\"}}");
    }

    private String catalog(String yaml) throws IOException {
        return Files.writeString(folder.resolve("catalog.yaml"), yaml).toString();
    }

    private static Reply transfer(String status, String more) {
        return new Reply(
                200,
                "{\"id\":\"%s\",\"status\":\"%s\",\"destination_id\":\"1\",\"destination_name\":\"acme\",\"models\":[\"invoices\"],\"submitted_at\":\"2026-01-01T00:00:00Z\",\"ended_at\":%s,\"rows_transferred\":1234%s}"
                        .formatted(
                                ID,
                                status,
                                status.equals("RUNNING") ? "null" : "\"2026-01-01T00:00:02Z\"",
                                more));
    }
}
