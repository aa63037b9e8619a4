package io.tranship.scheduler;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON bodies as plain maps, and back. Its errors say where, and never quote what was sent: it may
/// be a secret.
final class JsonCodec {

    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .build();
    private static final ObjectMapper IN_ORDER = JsonMapper.builder().build();

    private JsonCodec() {}

    /// An object; an empty body is an empty object.
    static Map<?, ?> object(byte @Nullable [] body, long bytesMax) {
        if (body == null || body.length == 0) {
            return Map.of();
        }
        if (body.length > bytesMax) {
            throw new ProblemException(Problem.tooLarge(body.length, bytesMax));
        }
        try {
            return switch (MAPPER.readValue(body, Object.class)) {
                case Map<?, ?> map -> map;
                case null, default ->
                        throw new ProblemException(
                                Problem.malformed("the body is JSON, but not an object"));
            };
        } catch (JsonProcessingException e) {
            throw new ProblemException(Problem.malformed(reason(e)));
        } catch (IOException _) {
            throw new ProblemException(Problem.malformed("the body is not JSON in UTF-8"));
        }
    }

    private static String reason(JsonProcessingException e) {
        var message = e.getOriginalMessage() == null ? "" : e.getOriginalMessage();
        var what =
                message.startsWith("Duplicate field")
                        ? "a field is given twice"
                        : message.startsWith("Unexpected end-of-input")
                                ? "the body ends too early"
                                : "this is not JSON";
        var place = e.getLocation();
        return place == null
                ? what
                : "line %d, column %d: %s".formatted(place.getLineNr(), place.getColumnNr(), what);
    }

    static String text(Object value) {
        try {
            return IN_ORDER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written as JSON", e);
        }
    }

    /// Equal for bodies that mean the same. Passwords do not go in: a digest of one could be
    /// guessed.
    static String fingerprint(Map<?, ?> body) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var canonical = MAPPER.writeValueAsString(withoutPasswords(body));
            return HexFormat.of()
                    .formatHex(digest.digest(canonical.getBytes(StandardCharsets.UTF_8)));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("cannot be digested", e);
        }
    }

    private static Map<String, @Nullable Object> withoutPasswords(Map<?, ?> map) {
        var masked = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((key, value) ->
                masked.put(
                        String.valueOf(key),
                        key.equals("password")
                                ? null
                                : value instanceof Map<?, ?> inner
                                        ? withoutPasswords(inner)
                                        : value));
        return masked;
    }
}
