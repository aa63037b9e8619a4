package io.tranship.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetKeyTest {

    private static final FleetKey KEY = FleetKey.of(new byte[32]);

    @TempDir Path folder;

    @SeededTest
    void whatIsSealedOpensAgain(RandomGenerator random) {
        var secret = Any.name(random) + "\0".repeat(random.nextInt(2));

        assertThat(KEY.unseal(KEY.seal(secret))).isEqualTo(secret);
    }

    @Test
    void theSameSecretIsNeverSealedToTheSameBytes() {
        assertThat(KEY.seal("secret").ciphertext()).isNotEqualTo(KEY.seal("secret").ciphertext());
    }

    @SeededTest(tries = 500)
    void oneChangedBitIsNoticed(RandomGenerator random) {
        var bytes = Base64.getDecoder().decode(KEY.seal("secret").ciphertext());
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        var changed = new Secret.Sealed(Base64.getEncoder().encodeToString(bytes));

        assertThatThrownBy(() -> KEY.unseal(changed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not open with this fleet key");
    }

    @Test
    void anotherKeyDoesNotOpenIt() {
        var other = new byte[32];
        other[31] = 1;

        assertThatThrownBy(() -> FleetKey.of(other).unseal(KEY.seal("secret")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("save it again under this key")
                .hasMessageNotContaining("secret'");
    }

    @Test
    void whatIsCutOffOrNoBase64IsNamed() {
        assertThatThrownBy(() -> KEY.unseal(new Secret.Sealed("AAAA")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a sealed secret of 3 bytes is cut off; save it again");
        assertThatThrownBy(() -> KEY.unseal(new Secret.Sealed("%%%")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a sealed secret is not Base64; save it again");
    }

    @Test
    void theFileIsMadeOnceAndForItsOwnerOnly() throws IOException {
        var file = folder.resolve("made/on/demand/fleet.key");
        var sealed = FleetKey.readOrCreate(file).seal("secret");

        assertThat(FleetKey.readOrCreate(file).unseal(sealed)).isEqualTo("secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void twoProcessesThatMakeItAtOnceHoldTheSameKey() throws Exception {
        var file = folder.resolve("fleet.key");
        var processes = new ArrayList<Process>();
        for (int i = 0; i < 4; i++) {
            processes.add(
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:TieredStopAtLevel=1",
                                    "-XX:+UseSerialGC",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    Sealing.class.getName(),
                                    file.toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start());
        }
        var sealed = new ArrayList<String>();
        for (var process : processes) {
            sealed.add(
                    new String(
                                    process.getInputStream().readAllBytes(),
                                    java.nio.charset.StandardCharsets.UTF_8)
                            .strip());
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }

        var key = FleetKey.readOrCreate(file);
        assertThat(sealed)
                .hasSize(4)
                .allSatisfy(s -> assertThat(key.unseal(new Secret.Sealed(s))).isEqualTo("secret"));
    }

    /// One process that wants the key.
    static final class Sealing {

        public static void main(String[] args) throws IOException {
            System.out.println(FleetKey.readOrCreate(Path.of(args[0])).seal("secret").ciphertext());
        }
    }

    @Test
    void aFileThatIsNoKeyIsNamed() throws IOException {
        for (var text : List.of("", "hello", "AAAA")) {
            var file = Files.writeString(folder.resolve("broken.key"), text);

            assertThatThrownBy(() -> FleetKey.readOrCreate(file))
                    .isInstanceOf(IOException.class)
                    .hasMessage("%s is not a fleet key (32 bytes as Base64)", file);
        }
    }
}
