package io.tranship.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tranship.schemas.SecretResolver.Unresolvable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A catalog's author sends no other secret of the process to a server of their own.
class SecretResolverTest {

    @TempDir private Path folder;
    private SecretResolver resolver;

    @BeforeEach
    void fill() throws IOException {
        var endpoints = Files.createDirectory(folder.resolve("endpoints"));
        Files.writeString(endpoints.resolve("app"), "of a file\n");
        Files.writeString(folder.resolve("fleet.key"), "the key");
        Files.createSymbolicLink(endpoints.resolve("link"), folder.resolve("fleet.key"));
        Files.createDirectory(folder.resolve("endpoints-too"));
        Files.writeString(folder.resolve("endpoints-too/app"), "another's");
        resolver =
                new SecretResolver(
                        "worker",
                        () -> FleetKey.of(new byte[32]),
                        Map.of("ENDPOINT_APP", "of a variable", "AWS_SECRET", "the cloud's")::get,
                        endpoints,
                        "ENDPOINT_");
    }

    @Test
    void whatIsMeantForCatalogsIsOpened() throws Unresolvable {
        assertThat(resolver.resolve(new Secret.Env("ENDPOINT_APP"))).isEqualTo("of a variable");
        assertThat(resolver.resolve(new Secret.File(folder + "/endpoints/app")))
                .isEqualTo("of a file");
        assertThat(resolver.resolve(FleetKey.of(new byte[32]).seal("sealed"))).isEqualTo("sealed");
    }

    @Test
    void noOtherVariableIs() {
        assertThatThrownBy(() -> resolver.resolve(new Secret.Env("AWS_SECRET")))
                .isInstanceOf(Unresolvable.class)
                .hasMessageContaining("tranship.secrets.prefix is ENDPOINT_");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/fleet.key",
                "/endpoints/../fleet.key",
                "/endpoints/link",
                "/endpoints-too/app",
                "/not-there"
            })
    void noOtherFileIs(String path) {
        assertThatThrownBy(() -> resolver.resolve(new Secret.File(folder + path)))
                .isInstanceOf(Unresolvable.class)
                .hasMessageContaining("not in tranship.secrets.folder");
    }
}
