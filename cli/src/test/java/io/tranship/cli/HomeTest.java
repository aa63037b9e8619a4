package io.tranship.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tranship.servers.ProcessIdentity;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomeTest {

    @TempDir Path folder;

    @Test
    void secretsAreDrawnOnceAndReadableByTheirOwnerOnly() throws Exception {
        var home = Home.of(folder.resolve("home")).make();

        var password = StackSecrets.readOrDraw(home).of("scheduler");

        assertThat(StackSecrets.readOrDraw(home).of("scheduler")).isEqualTo(password);
        assertThat(StackSecrets.readOrDraw(home).of("status")).isNotEqualTo(password);
        assertThat(permissions(home.secrets())).isEqualTo("rw-------");
        assertThat(permissions(home.folder())).isEqualTo("rwx------");
    }

    @Test
    void eachServiceIsToldItsOwnPasswordOnly() {
        var home = Home.of(folder).make();
        var secrets = StackSecrets.readOrDraw(home);
        var settings = new ServiceSettings(home, new PortPlan(7400), secrets);

        assertThat(settings.of("dispatch-service"))
                .containsEntry("TRANSHIP_DB_PASSWORD", secrets.of("dispatch"))
                .containsEntry("TRANSHIP_HTTP_PORT", "7402")
                .doesNotContainKey("TRANSHIP_FLEET_KEY_FILE")
                .doesNotContainValue(secrets.superuser());
        assertThat(settings.of("worker-service"))
                .doesNotContainKey("TRANSHIP_DB_PASSWORD")
                .containsKey("TRANSHIP_FLEET_KEY_FILE");
    }

    @Test
    void whatRunsIsFoundFromAnotherTerminal() {
        var home = Home.of(folder).make();
        var self = ProcessIdentity.of(ProcessHandle.current());

        new StackState(self, true, new PortPlan(9000), Map.of("kafka", self)).write(home);

        assertThat(StackState.running(home)).isPresent();
        assertThat(StackState.running(home).orElseThrow().ports().scheduler()).isEqualTo(9001);
    }

    @Test
    void aProcessIdThatWasGivenAnewIsNotOurs() {
        var home = Home.of(folder).make();
        var self = ProcessIdentity.of(ProcessHandle.current());
        var former = new ProcessIdentity(self.pid(), self.start().minusSeconds(3600));

        new StackState(former, true, new PortPlan(9000), Map.of()).write(home);

        assertThat(StackState.running(home)).isEmpty();
    }

    @Test
    void aDamagedStateIsNone() throws Exception {
        var home = Home.of(folder).make();
        Files.writeString(home.state(), "{\"pid\":");

        assertThat(StackState.read(home)).isEmpty();
    }

    @Test
    void aTakenPortEndsTheStartAndIsNamed() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var plan = new PortPlan(taken.getLocalPort());
            var home = Home.of(folder);
            try (var stack = new Stack(home, plan, folder, (_, _) -> {})) {
                assertThatThrownBy(stack::start)
                        .hasMessageContaining(
                                "port %d, wanted for status-service, is taken"
                                        .formatted(taken.getLocalPort()));
            }
            assertThat(home.state()).doesNotExist();
        }
    }

    @Test
    void aPortBaseThatLeavesNoRoomIsWrongUse() {
        assertThatThrownBy(() -> new PortPlan(65_530))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("--port-base 65530");
    }

    private static String permissions(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
