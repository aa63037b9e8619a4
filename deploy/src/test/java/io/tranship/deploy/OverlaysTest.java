package io.tranship.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OverlaysTest {

    @ParameterizedTest
    @EnumSource
    void everyObjectOfKubernetesFitsItsModel(Overlay overlay) {
        var own = overlay.objects().stream().filter(KubernetesModel::knows).toList();
        assertThat(own).hasSizeGreaterThan(25);
        assertThat(own).flatMap(KubernetesModel::problems).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyCustomResourceFitsItsDefinition(Overlay overlay) {
        var definitions = CustomResources.find();
        assumeTrue(
                definitions.isPresent(),
                "left out: no definitions of custom resources in ../shared/crds or -Dcrds=FOLDER");
        var custom =
                overlay.objects().stream().filter(Predicate.not(KubernetesModel::knows)).toList();
        assertThat(custom).flatMap(definitions.get()::problems).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyCustomResourceIsOfAKindThatIsExpected(Overlay overlay) {
        assertThat(overlay.objects())
                .filteredOn(Predicate.not(KubernetesModel::knows))
                .extracting(object -> object.path("apiVersion").asText())
                .isSubsetOf(
                        "kafka.strimzi.io/v1",
                        "postgresql.cnpg.io/v1",
                        "keda.sh/v1alpha1",
                        "monitoring.coreos.com/v1");
    }

    @Test
    void anUnknownFieldFailsAtAnyDepth() {
        var objects = Overlay.EXISTING.objects();
        var worker = Manifest.one(objects, "Deployment", "worker-service");
        assertThat(KubernetesModel.problems(worker)).isEmpty();
        ((ObjectNode) worker.at("/spec/template/spec/containers/0/livenessProbe/httpGet"))
                .put("prot", "http");
        assertThat(KubernetesModel.problems(worker)).singleElement().asString().contains("prot");
    }

    @Test
    void aNumberInPlaceOfATextFails() {
        var worker = Manifest.one(Overlay.EXISTING.objects(), "Deployment", "worker-service");
        ((ObjectNode) worker.at("/spec/template/spec/containers/0/env/0")).put("value", 5);
        assertThat(KubernetesModel.problems(worker)).hasSize(1);
    }

    @Test
    void aCustomResourceWithAFaultFails() {
        var schema =
                Overlay.parse(
                                """
                                type: object
                                required: [size, mode]
                                properties:
                                  size: {type: integer, minimum: 1}
                                  mode: {type: string, enum: [a, b]}
                                  name: {type: string, pattern: "^[a-z]+$"}
                                  port: {x-kubernetes-int-or-string: true}
                                  list: {type: array, items: {type: object, properties: {x: {type: boolean}}}}
                                  free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                                  labels: {type: object, additionalProperties: {type: string}}
                                """)
                        .getFirst();
        assertThat(faults(schema, "{size: 1, mode: a, name: x, port: http, free: {q: 1}}"))
                .isEmpty();
        assertThat(faults(schema, "{size: 0, mode: c, name: X, port: 1.5, other: 1}")).hasSize(5);
        assertThat(faults(schema, "{size: '1', mode: a, list: [{x: 1, y: 2}], labels: {l: 1}}"))
                .hasSize(4);
        assertThat(faults(schema, "{}")).hasSize(2);
    }

    private static List<String> faults(JsonNode schema, String value) {
        return StructuralSchema.problems(schema, Overlay.parse(value).getFirst());
    }
}
