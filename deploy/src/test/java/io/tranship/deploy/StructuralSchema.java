package io.tranship.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Checks a value against the structural schema of a custom resource definition. A field that the
/// schema does not name is a problem: the server would drop it without a word.
///
/// Not looked at: `format`, the expressions of `x-kubernetes-validations`, `anyOf` and its kin.
final class StructuralSchema {

    private final List<String> problems = new ArrayList<>();

    private StructuralSchema() {}

    static List<String> problems(JsonNode schema, JsonNode value) {
        var check = new StructuralSchema();
        check.check(schema, value, "");
        return check.problems;
    }

    private void check(JsonNode schema, JsonNode value, String path) {
        if (value.isNull() && schema.path("nullable").asBoolean()) {
            return;
        }
        if (!hasType(schema, value)) {
            problems.add("%s is not of type %s".formatted(path, wanted(schema)));
            return;
        }
        var allowed = schema.path("enum");
        if (!allowed.isMissingNode() && allowed.valueStream().noneMatch(value::equals)) {
            problems.add("%s: %s is none of %s".formatted(path, value, allowed));
        }
        if (value.isObject()) {
            checkObject(schema, value, path);
        } else if (value.isArray()) {
            checkCount(schema, "minItems", "maxItems", value.size(), path);
            for (var i = 0; i < value.size(); i++) {
                check(schema.path("items"), value.get(i), path + "/" + i);
            }
        } else if (value.isTextual()) {
            checkText(schema, value.asText(), path);
        } else if (value.isNumber()) {
            checkRange(schema, value.asDouble(), path);
        }
    }

    private void checkObject(JsonNode schema, JsonNode value, String path) {
        schema.path("required")
                .valueStream()
                .filter(field -> !value.has(field.asText()))
                .forEach(field -> problems.add("%s/%s is missing".formatted(path, field.asText())));
        checkCount(schema, "minProperties", "maxProperties", value.size(), path);
        var more = schema.path("additionalProperties");
        // The server knows these of every object; the schema says no more than their type.
        var open = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        value.propertyStream()
                .forEach(field -> {
                    var at = path + "/" + field.getKey();
                    var known = schema.path("properties").path(field.getKey());
                    if (at.equals("/metadata")) {
                        return;
                    }
                    if (!known.isMissingNode()) {
                        check(known, field.getValue(), at);
                    } else if (more.isObject()) {
                        check(more, field.getValue(), at);
                    } else if (!open && !more.asBoolean()) {
                        problems.add(at + " is unknown");
                    }
                });
    }

    private void checkText(JsonNode schema, String text, String path) {
        checkCount(schema, "minLength", "maxLength", text.length(), path);
        var pattern = schema.path("pattern");
        if (pattern.isTextual() && !Pattern.compile(pattern.asText()).matcher(text).find()) {
            problems.add("%s: %s does not match %s".formatted(path, text, pattern.asText()));
        }
    }

    private void checkRange(JsonNode schema, double number, String path) {
        if (schema.has("minimum") && number < schema.get("minimum").asDouble()) {
            problems.add("%s: %s is below %s".formatted(path, number, schema.get("minimum")));
        }
        if (schema.has("maximum") && number > schema.get("maximum").asDouble()) {
            problems.add("%s: %s is above %s".formatted(path, number, schema.get("maximum")));
        }
    }

    private void checkCount(JsonNode schema, String least, String most, int count, String path) {
        if (count < schema.path(least).asInt(0)
                || count > schema.path(most).asInt(Integer.MAX_VALUE)) {
            problems.add("%s: %d is out of %s or %s".formatted(path, count, least, most));
        }
    }

    private static boolean hasType(JsonNode schema, JsonNode value) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return value.isIntegralNumber() || value.isTextual();
        }
        return switch (schema.path("type").asText()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            default -> true;
        };
    }

    private static String wanted(JsonNode schema) {
        return schema.path("x-kubernetes-int-or-string").asBoolean()
                ? "integer or string"
                : schema.path("type").asText();
    }
}
