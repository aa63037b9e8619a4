package io.tranship.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tranship.schemas.FleetKey;
import io.tranship.schemas.Secret;
import io.tranship.schemas.SecretResolver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretStoreTest {

    private final FleetKey key = FleetKey.of(new byte[32]);
    private final SecretStore store =
            new SecretStore(
                    key,
                    new SecretResolver(
                            "scheduler-service",
                            () -> key,
                            Map.of("APP_PASSWORD", "secret")::get,
                            null,
                            ""));

    @Test
    void eachFormIsResolved(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("p"), "from a file\n");

        assertThat(store.resolve(new Secret.Env("APP_PASSWORD"))).isEqualTo("secret");
        assertThat(store.resolve(new Secret.File(file.toString()))).isEqualTo("from a file");
        assertThat(store.resolve(store.seal("sealed"))).isEqualTo("sealed");
    }

    @Test
    void onlyOneTrailingLineBreakIsDropped(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("p"), "x\n\r\n");

        assertThat(store.resolve(new Secret.File(file.toString()))).isEqualTo("x\n");
    }

    @Test
    void whatIsMissingIsNamedWithProcessAndWayOut(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> store.resolve(new Secret.Env("NOPE")))
                .hasMessageContaining("scheduler-service has no environment variable NOPE; set it");
        assertThatThrownBy(() -> store.resolve(new Secret.File(folder + "/nope")))
                .hasMessageContaining("scheduler-service cannot use the file " + folder + "/nope")
                .hasMessageContaining("put it there");
        assertThatThrownBy(() -> store.resolve(new Secret.File(folder.toString())))
                .hasMessageContaining("there is no such file");
        Files.write(folder.resolve("big"), new byte[70_000]);
        assertThatThrownBy(() -> store.resolve(new Secret.File(folder + "/big")))
                .hasMessageContaining("more than 65536 bytes");
    }

    @Test
    void anotherFleetKeyIsSaidToBeTheReason() {
        var other =
                FleetKey.of(
                        "another key, another installation"
                                .substring(0, 32)
                                .getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> store.resolve(other.seal("x")))
                .isInstanceOf(SecretResolver.Unresolvable.class)
                .hasMessageContaining("another fleet key");
        assertThat(store.areSame(other.seal("x"), store.seal("x"))).isFalse();
        assertThat(store.areSame(store.seal("x"), store.seal("x"))).isTrue();
    }
}
