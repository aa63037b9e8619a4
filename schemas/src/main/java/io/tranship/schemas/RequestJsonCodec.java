package io.tranship.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A request as JSON. Strict: whoever misspells a field learns it, instead of getting another
/// transfer than the one that was meant.
final class RequestJsonCodec {

    private static final ObjectReader READER =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .readerFor(JsonNode.class);

    private static final Set<String> FIELDS =
            Set.of(
                    "transfer_id",
                    "destination",
                    "models",
                    "kind",
                    "full_refresh",
                    "start_window_at",
                    "end_window_at",
                    "repair",
                    "accept_shrink",
                    "adopt",
                    "actor",
                    "tags",
                    "catalog_revision");

    private RequestJsonCodec() {}

    static byte[] encode(TransferRequest request) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("transfer_id", request.transferId().toString());
        json.put("destination", request.destination());
        var models = json.putArray("models");
        request.models().forEach(models::add);
        json.put("kind", request.kind().name());
        json.put("full_refresh", request.fullRefresh());
        if (request.windowStart() != null) {
            json.put("start_window_at", request.windowStart().toString());
        }
        if (request.windowEnd() != null) {
            json.put("end_window_at", request.windowEnd().toString());
        }
        json.put("repair", request.repair());
        json.put("accept_shrink", request.acceptShrink());
        json.put("adopt", request.adopt());
        json.putObject("actor").put("type", request.actor().type()).put("id", request.actor().id());
        var tags = json.putObject("tags");
        new TreeMap<>(request.tags()).forEach(tags::put);
        json.put("catalog_revision", request.catalogRevision());
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    static TransferRequest decode(byte[] value) throws UndecodableException {
        var json = new Fields("", parse(value), FIELDS);
        try {
            return new TransferRequest(
                    TransferId.parse(json.text("transfer_id")),
                    json.text("destination"),
                    json.texts("models"),
                    json.kind(),
                    json.flag("full_refresh"),
                    json.time("start_window_at"),
                    json.time("end_window_at"),
                    json.flag("repair"),
                    json.flag("accept_shrink"),
                    json.flag("adopt"),
                    json.actor(),
                    json.map("tags"),
                    json.number("catalog_revision"));
        } catch (IllegalArgumentException e) {
            throw new UndecodableException("request: " + e.getMessage(), e);
        }
    }

    private static JsonNode parse(byte[] value) throws UndecodableException {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
            return READER.readTree(text.toString());
        } catch (CharacterCodingException e) {
            throw new UndecodableException("request: JSON must be UTF-8, this is not", e);
        } catch (JsonProcessingException e) {
            // Not its message, which quotes what it read.
            var at = e.getLocation();
            throw new UndecodableException(
                    "request: not JSON, or a field given twice, at line %d, column %d"
                            .formatted(
                                    at == null ? 1 : at.getLineNr(),
                                    at == null ? 1 : at.getColumnNr()),
                    e);
        }
    }

    /// The fields of one JSON object, each read as what it has to be. A field that is null counts
    /// as left out.
    private record Fields(String path, JsonNode json) {

        Fields(String path, JsonNode json, Set<String> known) throws UndecodableException {
            this(path, json);
            if (!json.isObject()) {
                throw wrong(path.isEmpty() ? "request" : path.replace(".", ""), "an object", json);
            }
            for (var field : json.properties()) {
                if (!known.contains(field.getKey())) {
                    throw new UndecodableException(
                            "request: unknown field '%s%s'; known are %s"
                                    .formatted(
                                            path,
                                            Shown.of(field.getKey()),
                                            known.stream().sorted().toList()));
                }
            }
        }

        String text(String name) throws UndecodableException {
            var node = node(name);
            if (node == null) {
                throw new UndecodableException(
                        "request: field '%s%s' is missing".formatted(path, name));
            }
            if (!node.isTextual()) {
                throw wrong(path + name, "a string", node);
            }
            return node.textValue();
        }

        List<String> texts(String name) throws UndecodableException {
            var node = node(name);
            var texts = new ArrayList<String>();
            if (node == null) {
                return texts;
            }
            if (!node.isArray()) {
                throw wrong(path + name, "an array of strings", node);
            }
            for (var item : node) {
                if (!item.isTextual()) {
                    throw wrong("%s%s[%d]".formatted(path, name, texts.size()), "a string", item);
                }
                texts.add(item.textValue());
            }
            return texts;
        }

        TreeMap<String, String> map(String name) throws UndecodableException {
            var node = node(name);
            var map = new TreeMap<String, String>();
            if (node == null) {
                return map;
            }
            if (!node.isObject()) {
                throw wrong(path + name, "an object of strings", node);
            }
            for (var entry : node.properties()) {
                if (!entry.getValue().isTextual()) {
                    throw wrong(
                            path + name + "." + Shown.of(entry.getKey()),
                            "a string",
                            entry.getValue());
                }
                map.put(entry.getKey(), entry.getValue().textValue());
            }
            return map;
        }

        boolean flag(String name) throws UndecodableException {
            var node = node(name);
            if (node != null && !node.isBoolean()) {
                throw wrong(path + name, "true or false", node);
            }
            return node != null && node.booleanValue();
        }

        long number(String name) throws UndecodableException {
            var node = node(name);
            if (node != null && !(node.isIntegralNumber() && node.canConvertToLong())) {
                throw wrong(path + name, "a whole number of 64 bits", node);
            }
            return node == null ? 0 : node.longValue();
        }

        @Nullable Instant time(String name) throws UndecodableException {
            if (node(name) == null) {
                return null;
            }
            try {
                return Instant.parse(text(name));
            } catch (DateTimeParseException e) {
                throw new UndecodableException(
                        "request: field '%s%s' is not an RFC 3339 time such as 2026-01-31T12:00:00Z, but '%s'"
                                .formatted(path, name, Shown.of(text(name))),
                        e);
            }
        }

        TransferKind kind() throws UndecodableException {
            if (node("kind") == null) {
                return TransferKind.TRANSFER;
            }
            var found = text("kind");
            return Arrays.stream(TransferKind.values())
                    .filter(kind -> kind.name().equals(found))
                    .findFirst()
                    .orElseThrow(() ->
                            new UndecodableException(
                                    "request: field 'kind' is one of %s, not '%s'"
                                            .formatted(
                                                    Arrays.toString(TransferKind.values()),
                                                    Shown.of(found))));
        }

        Actor actor() throws UndecodableException {
            var node = node("actor");
            if (node == null) {
                return Actor.PRODUCER;
            }
            var actor = new Fields("actor.", node, Set.of("type", "id"));
            return new Actor(actor.text("type"), actor.text("id"));
        }

        private @Nullable JsonNode node(String name) {
            var node = json.get(name);
            return node == null || node.isNull() ? null : node;
        }

        private static UndecodableException wrong(String field, String wanted, JsonNode found) {
            return new UndecodableException(
                    "request: field '%s' must be %s, not %s"
                            .formatted(
                                    field,
                                    wanted,
                                    found.getNodeType().name().toLowerCase(Locale.ROOT)));
        }
    }
}
