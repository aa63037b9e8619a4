package io.tranship.worker.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecords;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.FleetKey;
import io.tranship.schemas.Secret;
import io.tranship.schemas.SecretResolver;
import io.tranship.schemas.WorkOrder;
import io.tranship.worker.launch.SecretStore.Resolved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretStoreTest {

    @TempDir Path folder;

    @Test
    void aSecretOfAnyKindIsOpened() throws IOException {
        var keyFile = folder.resolve("fleet.key");
        var sealed = FleetKey.readOrCreate(keyFile).seal("from the catalog");
        var file = Files.writeString(folder.resolve("password"), "from a file\n");

        assertThat(open(new Secret.Env("APP"))).isEqualTo("from the environment");
        assertThat(open(new Secret.File(file.toString()))).isEqualTo("from a file");
        assertThat(open(sealed)).isEqualTo("from the catalog");
    }

    @Test
    void aSecretThatIsMissingIsNamedWithTheWayOut() {
        assertThat(error(new Secret.Env("NO_SUCH")))
                .contains("launcher-1", "no environment variable NO_SUCH", "restart them");
        assertThat(error(new Secret.File("/no/such/file"))).contains("/no/such/file");
        assertThat(error(FleetKey.of(new byte[32]).seal("x"))).contains("fleet key");
    }

    @Test
    void whatIsOpenDoesNotPrint() {
        assertThat(new Resolved.Passwords(Map.of("id", "s3cr3t")).toString())
                .doesNotContain("s3cr3t");
    }

    private String open(Secret secret) {
        var order = order(secret);
        return ((Resolved.Passwords) store().resolve(order)).byId().get(order.destination().id());
    }

    private String error(Secret secret) {
        var error = ((Resolved.Missing) store().resolve(order(secret))).error();
        assertThat(error.code()).isEqualTo(ErrorCode.SECRET_NOT_RESOLVABLE.code());
        return error.message();
    }

    private SecretStore store() {
        return new SecretStore(
                new SecretResolver(
                        "launcher-1",
                        () -> FleetKey.readOrCreate(folder.resolve("fleet.key")),
                        name -> "APP".equals(name) ? "from the environment" : null,
                        null,
                        ""));
    }

    private static WorkOrder order(Secret password) {
        var any = CatalogRecords.anyWorkOrder(new Random(3));
        var d = any.destination();
        var endpoint =
                new Endpoint.Postgres(
                        "h", 1, "d", "s", "u", password, Endpoint.Postgres.SslMode.PREFER, null);
        return new WorkOrder(
                any.transferId(),
                any.epoch(),
                any.startBy(),
                any.installation(),
                any.request(),
                new Destination(
                        d.id(),
                        d.name(),
                        d.revision(),
                        d.recipient(),
                        endpoint,
                        d.models(),
                        d.enabled(),
                        d.frequencyMinutes(),
                        d.maxConcurrentTransfers(),
                        d.maxConcurrentQueriesPerTransfer(),
                        d.readers()),
                any.recipient(),
                List.of(),
                any.models());
    }
}
