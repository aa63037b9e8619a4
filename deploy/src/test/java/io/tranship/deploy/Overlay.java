package io.tranship.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// What one overlay comes to: the objects that `kubectl apply` would send.
enum Overlay {
    DEV,
    PRODUCTION,
    EXISTING;

    /// Surefire runs in the folder of the module.
    static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

    static final YAMLMapper YAML = new YAMLMapper();

    private static final Map<Overlay, String> BUILT = new ConcurrentHashMap<>();

    Path folder() {
        return PROJECT.resolve("deploy/k8s/overlays").resolve(name().toLowerCase(Locale.ROOT));
    }

    /// A copy of its own for each caller, who may plant faults in it.
    List<JsonNode> objects() {
        return parse(BUILT.computeIfAbsent(this, overlay -> build(overlay.folder())));
    }

    static List<JsonNode> parse(String yaml) {
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            return new ArrayList<>(documents.readAll());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String build(Path folder) {
        assumeTrue(
                hasKubectl(),
                "kubectl is not on the PATH, so no overlay is built: install kubectl");
        try {
            var error = Files.createTempFile("kustomize", ".log");
            var process =
                    new ProcessBuilder("kubectl", "kustomize", folder.toString())
                            .redirectError(error.toFile())
                            .start();
            var built = new String(process.getInputStream().readAllBytes(), UTF_8);
            var ended = process.waitFor(60, TimeUnit.SECONDS);
            process.destroyForcibly();
            var said = Files.readString(error);
            Files.delete(error);
            if (!ended || process.exitValue() != 0 || !said.isBlank()) {
                throw new AssertionError("kubectl kustomize %s: %s".formatted(folder, said));
            }
            return built;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static boolean hasKubectl() {
        var path = System.getenv().getOrDefault("PATH", "");
        return List.of(path.split(File.pathSeparator, -1)).stream()
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl")));
    }
}
