package io.tranship.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.smallrye.mutiny.Uni;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/// Sets of rows into and out of one statement, as one JSON parameter and one JSON result.
///
/// One round trip for any number of rows of several kinds, and no guess which Java type a driver
/// makes of a column. A statement starts with [#DOC] and selects one text.
final class RowCodec {

    /// The first common table expression of a statement: its parameter.
    static final String DOC = "with doc as (select cast(cast(:doc as text) as jsonb) as d)";

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .addModule(new JavaTimeModule())
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                    .build();

    private RowCodec() {}

    static <T> Uni<T> ask(
            Mutiny.StatelessSession session, String sql, Map<String, ?> doc, Class<T> answer) {
        return session.createNativeQuery(sql, String.class)
                .setParameter("doc", write(doc))
                .getSingleResult()
                .map(text -> read(text, answer));
    }

    /// For a statement whose answer nobody needs.
    static Uni<Void> tell(Mutiny.StatelessSession session, String sql, Map<String, ?> doc) {
        return session.createNativeQuery(sql, String.class)
                .setParameter("doc", write(doc))
                .getSingleResult()
                .replaceWithVoid();
    }

    static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a statement's parameter is no JSON", e);
        }
    }

    static <T> T read(String text, Class<T> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "a statement's answer is no %s".formatted(type.getSimpleName()), e);
        }
    }
}
