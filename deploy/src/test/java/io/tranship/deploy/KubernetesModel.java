package io.tranship.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;

/// Checks objects of Kubernetes itself against its model.
///
/// The model's classes put fields that they do not know into a map instead of refusing them. Here
/// that map is taken away, so that an unknown field fails at any depth.
final class KubernetesModel {

    private static final KubernetesSerialization KINDS =
            new KubernetesSerialization(new ObjectMapper(), true);

    private static final ObjectMapper STRICT = strict();

    private KubernetesModel() {}

    static boolean knows(JsonNode object) {
        return KINDS.getRegisteredKubernetesResource(
                        object.path("apiVersion").asText(), object.path("kind").asText())
                != null;
    }

    static List<String> problems(JsonNode object) {
        var type =
                KINDS.getRegisteredKubernetesResource(
                        object.path("apiVersion").asText(), object.path("kind").asText());
        try {
            STRICT.treeToValue(object, type);
            return List.of();
        } catch (JsonProcessingException e) {
            return List.of(Manifest.title(object) + ": " + e.getMessage());
        }
    }

    private static ObjectMapper strict() {
        var mapper =
                JsonMapper.builder()
                        .annotationIntrospector(new WithoutAnySetter())
                        .addModule(new JavaTimeModule())
                        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                        .build();
        // An unquoted number or boolean where Kubernetes wants a text.
        mapper.coercionConfigFor(LogicalType.Textual)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
        return mapper;
    }

    private static final class WithoutAnySetter extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }
}
