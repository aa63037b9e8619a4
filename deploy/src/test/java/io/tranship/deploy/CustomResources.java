package io.tranship.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The custom resource definitions that lie beside the project, when they do.
final class CustomResources {

    private final Map<String, JsonNode> schemas = new HashMap<>();

    private CustomResources() {}

    /// The folder of system property `crds`, else `../shared/crds` beside the project.
    static Optional<CustomResources> find() {
        var told = System.getProperty("crds", "");
        var folder = told.isEmpty() ? Overlay.PROJECT.resolveSibling("shared/crds") : Path.of(told);
        return Files.isDirectory(folder) ? Optional.of(read(folder)) : Optional.empty();
    }

    private static CustomResources read(Path folder) {
        var found = new CustomResources();
        try (var files = Files.newDirectoryStream(folder, "*.yaml")) {
            for (var file : files) {
                Overlay.parse(Files.readString(file)).forEach(found::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private void add(JsonNode definition) {
        var group = definition.at("/spec/group").asText();
        var kind = definition.at("/spec/names/kind").asText();
        definition
                .at("/spec/versions")
                .valueStream()
                .filter(version -> version.path("served").asBoolean())
                .forEach(version ->
                        schemas.put(
                                group + "/" + version.path("name").asText() + " " + kind,
                                version.at("/schema/openAPIV3Schema")));
    }

    List<String> problems(JsonNode object) {
        var key = object.path("apiVersion").asText() + " " + Manifest.kind(object);
        var schema = schemas.get(key);
        return schema == null
                ? List.of(Manifest.title(object) + ": no definition of " + key)
                : StructuralSchema.problems(schema, object).stream()
                        .map(problem -> Manifest.title(object) + " " + problem)
                        .toList();
    }
}
