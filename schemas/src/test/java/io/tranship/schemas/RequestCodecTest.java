package io.tranship.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestCodecTest {

    private static final String ID = "019ab5a0-0000-7000-8000-000000000001";

    @Test
    void anOutsideProducerNeedsOnlyTheSchema() throws Exception {
        var schema =
                new Schema.Parser()
                        .parse(
                                Files.readString(
                                        Path.of(
                                                "src/main/resources/io/tranship/schemas/history/TransferRequest/1.avsc")));
        var request =
                new GenericRecordBuilder(schema)
                        .set("transfer_id", ID)
                        .set("destination", "acme-warehouse")
                        .set("models", List.of("invoices"))
                        .set("full_refresh", true)
                        .build();
        var bytes = new BinaryMessageEncoder<>(GenericData.get(), schema).encode(request);
        var avro = new byte[bytes.remaining()];
        bytes.get(avro);
        var json =
                """
                {"transfer_id": "%s", "destination": "acme-warehouse",
                 "models": ["invoices"], "full_refresh": true}
                """
                        .formatted(ID);

        var expected =
                new TransferRequest(
                        TransferId.parse(ID),
                        "acme-warehouse",
                        List.of("invoices"),
                        TransferKind.TRANSFER,
                        true,
                        null,
                        null,
                        false,
                        false,
                        false,
                        Actor.PRODUCER,
                        Map.of(),
                        0);
        assertThat(RequestCodec.decode(avro, null)).isEqualTo(expected);
        assertThat(RequestCodec.decode(avro, "application/avro")).isEqualTo(expected);
        assertThat(RequestCodec.decode(json.getBytes(UTF_8), "application/json; charset=utf-8"))
                .isEqualTo(expected);
    }

    /// One that knows only the first version, as a registry would have it read.
    @Test
    void anOlderReaderOfAPurgeCompares() throws Exception {
        var versions = SchemaHistory.of("TransferRequest");
        var purge =
                new TransferRequest(
                        TransferId.parse(ID),
                        "d",
                        List.of(),
                        TransferKind.PURGE,
                        false,
                        null,
                        null,
                        false,
                        false,
                        false,
                        Actor.PRODUCER,
                        Map.of(),
                        0);
        var bytes = RequestCodec.encode(purge);
        var reader =
                new BinaryMessageDecoder<GenericData.Record>(
                        GenericData.get(), versions.getFirst());
        reader.addSchema(versions.getLast());

        assertThat(RequestCodec.decode(bytes, null)).isEqualTo(purge);
        assertThat(reader.decode(bytes).get("kind")).hasToString("INTEGRITY");
    }

    @Test
    void everyFieldHasItsPlaceInJson() throws Exception {
        var json =
                """
                {"transfer_id": "%s", "destination": "d", "models": [], "kind": "INTEGRITY",
                 "full_refresh": false, "start_window_at": "2026-01-01T00:00:00.123456789Z",
                 "end_window_at": "2026-01-02T00:00:00Z", "repair": true, "accept_shrink": true,
                 "adopt": true, "actor": {"type": "user", "id": "me"}, "tags": {"team": "x", "y": ""},
                 "catalog_revision": 42}
                """
                        .formatted(ID);

        assertThat(decodeJson(json))
                .isEqualTo(
                        new TransferRequest(
                                TransferId.parse(ID),
                                "d",
                                List.of(),
                                TransferKind.INTEGRITY,
                                false,
                                Instant.parse("2026-01-01T00:00:00.123456Z"),
                                Instant.parse("2026-01-02T00:00:00Z"),
                                true,
                                true,
                                true,
                                new Actor("user", "me"),
                                Map.of("team", "x", "y", ""),
                                42));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {}                                        | request: field 'transfer_id' is missing
                    {"transfer_id":"$ID"}                     | request: field 'destination' is missing
                    {"transfer_id":"x","destination":"d"}     | request: transfer id 'x' is not a UUID
                    {"transfer_id":"00000000-0000-0000-0000-000000000000","destination":"d"} | request: transfer_id is the nil UUID, which names nothing
                    {"transfer_id":7,"destination":"d"}       | request: field 'transfer_id' must be a string, not number
                    {"transfer_id":"$ID","destination":""}    | request: destination is empty
                    {$OK,"full_refrehs":true}                 | request: unknown field 'full_refrehs'; known are [accept_shrink, actor,
                    {$OK,"full_refresh":"yes"}                | request: field 'full_refresh' must be true or false, not string
                    {$OK,"models":"invoices"}                 | request: field 'models' must be an array of strings, not string
                    {$OK,"models":["a",1]}                    | request: field 'models[1]' must be a string, not number
                    {$OK,"models":["a","a"]}                  | request: models names 'a' twice
                    {$OK,"models":[""]}                       | request: models is empty
                    {$OK,"kind":"transfer"}                   | request: field 'kind' is one of [TRANSFER, INTEGRITY, RESTORE, PURGE], not 'transfer'
                    {$OK,"start_window_at":"yesterday"}       | request: field 'start_window_at' is not an RFC 3339 time such as 2026-01-31T12:00:00Z, but 'yesterday'
                    {$OK,"start_window_at":1764000000}        | request: field 'start_window_at' must be a string, not number
                    {$OK,"end_window_at":"+12026-01-01T00:00:00Z"} | request: end_window_at +12026-01-01T00:00:00Z is not between the years 1 and 9999
                    {$OK,"start_window_at":"2026-01-01T00:00:00Z","end_window_at":"2026-01-01T00:00:00Z"} | start_window_at 2026-01-01T00:00:00Z is not before end_window_at
                    {$OK,"start_window_at":"2026-01-01T00:00:00.0000001Z","end_window_at":"2026-01-01T00:00:00.0000002Z"} | is not before end_window_at
                    {$OK,"tags":["a"]}                        | request: field 'tags' must be an object of strings, not array
                    {$OK,"tags":{"a":1}}                      | request: field 'tags.a' must be a string, not number
                    {$OK,"actor":"me"}                        | request: field 'actor' must be an object, not string
                    {$OK,"actor":{"type":"user"}}             | request: field 'actor.id' is missing
                    {$OK,"catalog_revision":1.5}              | request: field 'catalog_revision' must be a whole number of 64 bits, not number
                    {$OK,"catalog_revision":1e400}            | request: field 'catalog_revision' must be a whole number of 64 bits, not number
                    {$OK,"catalog_revision":-1}               | request: catalog_revision -1 is negative
                    {$OK,"destination":"e"}                   | request: not JSON, or a field given twice, at line 1
                    {$OK} {}                                  | request: not JSON, or a field given twice, at line 1
                    [{$OK}]                                   | request: field 'request' must be an object, not array
                    null                                      | request: field 'request' must be an object, not null
                    {"transfer_id                             | request: not JSON, or a field given twice, at line 1
                    """)
    void aWrongRequestIsNamedByItsField(String json, String reason) {
        var ok = "\"transfer_id\":\"$ID\",\"destination\":\"d\"";

        assertThatThrownBy(() -> decodeJson(json.replace("$OK", ok).replace("$ID", ID)))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u0000", "\ufeff{}", "[[[[", "tru"})
    void whatIsNoJsonIsUndecodable(String text) {
        assertThatThrownBy(() -> decodeJson(text)).isInstanceOf(UndecodableException.class);
    }

    @Test
    void manyOpenBracketsAreUndecodable() {
        assertThatThrownBy(() -> decodeJson("{\"tags\":".repeat(200_000)))
                .isInstanceOf(UndecodableException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\u0000b", "a\\ud83d"})
    void aNameThatNoDatabaseHoldsIsRefused(String name) {
        var json = "{\"transfer_id\":\"%s\",\"destination\":\"%s\"}".formatted(ID, name);

        assertThatThrownBy(() -> decodeJson(json))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining("destination 'a?")
                .hasMessageContaining("cannot be stored");
    }

    @Test
    void whatIsTooLongOrTooManyIsRefused() {
        assertRefused(
                "{\"destination\":\"%s\"".formatted("d".repeat(201)),
                "characters of destination: 201, at most 200");
        assertRefused(
                "{\"destination\":\"d\",\"models\":%s".formatted(strings(1001)),
                "models: 1001, at most 1000");
        assertRefused(
                "{\"destination\":\"d\",\"tags\":%s".formatted(object(51)), "tags: 51, at most 50");
    }

    @Test
    void anUnknownContentTypeIsNamed() {
        assertThatThrownBy(() -> RequestCodec.decode(new byte[0], "text/xml\n"))
                .isInstanceOf(UndecodableException.class)
                .hasMessage(
                        "content type 'text/xml' is neither application/avro nor application/json");
    }

    @Test
    void bytesThatAreNotUtf8AreNamed() {
        assertThatThrownBy(() ->
                        RequestCodec.decode(new byte[] {'{', (byte) 0xff}, "application/json"))
                .isInstanceOf(UndecodableException.class)
                .hasMessage("request: JSON must be UTF-8, this is not");
    }

    @Test
    void aRequestOfTheGreatestSizeFitsIntoARecord() {
        var models = IntStream.range(0, 1000).mapToObj(i -> "m".repeat(96) + (1000 + i)).toList();
        var request =
                new TransferRequest(
                        new TransferId(new UUID(1, 1)),
                        "d",
                        models,
                        TransferKind.TRANSFER,
                        false,
                        null,
                        null,
                        false,
                        false,
                        false,
                        Actor.SCHEDULE,
                        Map.of(),
                        0);
        var target = new Target("d", "d", "r", List.of("s"), models);
        var fact =
                new TransferFact.Requested(
                        request.transferId(), request, Instant.EPOCH, Instant.EPOCH, target);

        assertThat(FactCodec.encode(fact)).hasSizeLessThan(1_000_000);
    }

    private static void assertRefused(String json, String reason) {
        assertThatThrownBy(() -> decodeJson(json + ",\"transfer_id\":\"%s\"}".formatted(ID)))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining(reason);
    }

    private static String strings(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"m" + i + "\"").toList().toString();
    }

    private static String object(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"k%d\":\"v\"".formatted(i))
                .collect(java.util.stream.Collectors.joining(",", "{", "}"));
    }

    private static TransferRequest decodeJson(String json) throws UndecodableException {
        return RequestCodec.decode(json.getBytes(UTF_8), RequestCodec.JSON);
    }
}
