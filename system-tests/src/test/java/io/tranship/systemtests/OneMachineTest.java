package io.tranship.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tranship.servers.Ports;
import io.tranship.servers.ServerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole system as one command, as users start and stop it.
final class OneMachineTest {

    private static final int PORTS = 7;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;
    private final int base = freeBase();
    private final Api api = new Api(base, base + 1);

    @AfterEach
    void leaveNothing() throws IOException {
        if (Files.exists(folder.resolve("home/stack.json"))) {
            family().forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void itStopsWithCtrlCAndKeepsItsDataAndStopsWithDown() throws Exception {
        var up = tranship("up", "--port-base", Integer.toString(base));
        awaitAnswer(up);
        var saved = api.putCatalog(Map.of("recipients", List.of(recipient())));
        assertThat(saved.code()).isEqualTo(200);

        var first = family();
        assertThat(first).hasSizeGreaterThan(PORTS);
        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(up.pid())).start().waitFor())
                .isZero();

        assertThat(up.waitFor(120, TimeUnit.SECONDS)).isTrue();
        isGone(first);

        var again = tranship("up", "--detach", "--port-base", Integer.toString(base));
        assertThat(again.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(again.exitValue()).as(output()).isZero();
        assertThat(api.scheduler("GET", "/recipients/acme", null).body().path("tenant_id").asText())
                .isEqualTo("org_1");

        var second = family();
        var down = tranship("down");
        assertThat(down.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(down.exitValue()).as(output()).isZero();
        isGone(second);
    }

    private static Map<String, Object> recipient() {
        return Map.of("name", "acme", "tenant_id", "org_1");
    }

    private Process tranship(String... words) throws IOException {
        var cli = ServiceProcess.root().resolve("cli/target");
        var command = new ArrayList<String>();
        // What a script starts in the background inherits that SIGINT is ignored.
        command.addAll(List.of("env", "--default-signal=INT"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx128m");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-Dtranship.root=" + ServiceProcess.root());
        command.add("-cp");
        command.add(cli.resolve("classes") + ":" + Files.readString(cli.resolve("classpath")));
        command.add("io.tranship.cli.Tranship");
        command.addAll(List.of(words));
        command.addAll(List.of("--home", home()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("output").toFile()))
                .start();
    }

    private String home() {
        return folder.resolve("home").toString();
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    private void awaitAnswer(Process up) {
        Awaitility.await("an answer of the whole system")
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .until(() -> {
                    assertThat(up.isAlive()).as(output()).isTrue();
                    return output().contains("Ctrl-C");
                });
    }

    /// None of the processes is left, and the ports are free.
    private void isGone(List<ProcessHandle> family) {
        Awaitility.await("the end of " + family)
                .atMost(Duration.ofSeconds(10))
                .until(() -> family.stream().noneMatch(ProcessHandle::isAlive));
        ports(base).forEach(port -> Ports.requireFree(port, "nobody"));
    }

    /// Whoever serves this home: the command that keeps the others, and its children.
    private List<ProcessHandle> family() throws IOException {
        var keeper = JSON.readTree(folder.resolve("home/stack.json").toFile()).get("pid").asLong();
        return ProcessHandle.of(keeper).stream()
                .flatMap(p -> Stream.concat(Stream.of(p), p.descendants()))
                .toList();
    }

    private static int freeBase() {
        return new Random()
                .ints(20_000, 30_000)
                .filter(OneMachineTest::areFree)
                .findFirst()
                .orElseThrow();
    }

    private static boolean areFree(int base) {
        try {
            ports(base).forEach(port -> Ports.requireFree(port, "nobody"));
            return true;
        } catch (ServerException _) {
            return false;
        }
    }

    private static IntStream ports(int base) {
        return IntStream.range(base, base + PORTS);
    }
}
