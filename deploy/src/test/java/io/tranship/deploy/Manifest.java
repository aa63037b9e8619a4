package io.tranship.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;

/// Reads the one object of a manifest that a check asks for.
final class Manifest {

    private Manifest() {}

    static String kind(JsonNode object) {
        return object.path("kind").asText();
    }

    static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    static String namespace(JsonNode object) {
        return object.at("/metadata/namespace").asText();
    }

    /// How a finding names it.
    static String title(JsonNode object) {
        return kind(object) + " " + name(object);
    }

    static Stream<JsonNode> ofKind(List<JsonNode> objects, String... kinds) {
        return objects.stream().filter(object -> List.of(kinds).contains(kind(object)));
    }

    static JsonNode one(List<JsonNode> objects, String kind, String name) {
        return ofKind(objects, kind)
                .filter(object -> name(object).equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
    }

    /// What runs pods: long-lived ones and jobs.
    static Stream<JsonNode> workloads(List<JsonNode> objects) {
        return ofKind(objects, "Deployment", "StatefulSet", "DaemonSet", "Job");
    }

    static JsonNode pod(JsonNode workload) {
        return workload.at("/spec/template/spec");
    }

    static Stream<JsonNode> containers(JsonNode workload) {
        return Stream.of("containers", "initContainers")
                .flatMap(field -> pod(workload).path(field).valueStream());
    }

    /// Whether a label selector's `matchLabels` are all among `labels`.
    static boolean selects(JsonNode matchLabels, JsonNode labels) {
        return matchLabels
                .propertyStream()
                .allMatch(each -> each.getValue().equals(labels.path(each.getKey())));
    }
}
