package io.tranship.schemas;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tranship.schemas.avro.CancelRequested;
import io.tranship.schemas.avro.Destination;
import io.tranship.schemas.avro.Heartbeat;
import io.tranship.schemas.avro.LauncherRoom;
import io.tranship.schemas.avro.Model;
import io.tranship.schemas.avro.ModelFinished;
import io.tranship.schemas.avro.Organization;
import io.tranship.schemas.avro.Progress;
import io.tranship.schemas.avro.Recipient;
import io.tranship.schemas.avro.Source;
import io.tranship.schemas.avro.TransferBlocked;
import io.tranship.schemas.avro.TransferCancelled;
import io.tranship.schemas.avro.TransferDispatched;
import io.tranship.schemas.avro.TransferExpired;
import io.tranship.schemas.avro.TransferFinished;
import io.tranship.schemas.avro.TransferOrphaned;
import io.tranship.schemas.avro.TransferRejected;
import io.tranship.schemas.avro.TransferRequested;
import io.tranship.schemas.avro.TransferStarted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// No release may lose what an earlier one wrote. After a change of a schema, `mvn -pl schemas test
/// -Dtest=SchemaHistoryTest -Dwrite-history=true` adds its next version.
class SchemaHistoryTest {

    private static final Path HISTORY = Path.of("src/main/resources/io/tranship/schemas/history");

    private static final Map<String, Schema> CURRENT =
            Stream.of(
                            io.tranship.schemas.avro.TransferRequest.getClassSchema(),
                            TransferRequested.getClassSchema(),
                            TransferRejected.getClassSchema(),
                            TransferBlocked.getClassSchema(),
                            TransferDispatched.getClassSchema(),
                            TransferStarted.getClassSchema(),
                            ModelFinished.getClassSchema(),
                            TransferFinished.getClassSchema(),
                            CancelRequested.getClassSchema(),
                            TransferCancelled.getClassSchema(),
                            TransferExpired.getClassSchema(),
                            TransferOrphaned.getClassSchema(),
                            Heartbeat.getClassSchema(),
                            Progress.getClassSchema(),
                            LauncherRoom.getClassSchema(),
                            Organization.getClassSchema(),
                            Source.getClassSchema(),
                            Model.getClassSchema(),
                            Recipient.getClassSchema(),
                            Destination.getClassSchema(),
                            io.tranship.schemas.avro.WorkOrder.getClassSchema())
                    .collect(toMap(Schema::getName, identity()));

    @Test
    void theNewestVersionInTheHistoryIsTheCurrentSchema() throws IOException {
        for (var current : CURRENT.values()) {
            var history = SchemaHistory.of(current.getName());

            assertThat(history).as(current.getName()).isNotEmpty();
            assertThat(plain(history.getLast()))
                    .as(
                            "%s was changed: add it to the history with -Dwrite-history=true",
                            current.getName())
                    .isEqualTo(plain(current));
        }
    }

    @Test
    void aNewReaderReadsWhatEveryReleaseWrote() {
        for (var current : CURRENT.values()) {
            for (var old : SchemaHistory.of(current.getName())) {
                assertThat(incompatibilities(current, old)).as(current.getName()).isEmpty();
            }
        }
    }

    @Test
    void theReaderOfEveryReleaseReadsWhatANewOneWrites() {
        for (var current : CURRENT.values()) {
            for (var old : SchemaHistory.of(current.getName())) {
                assertThat(incompatibilities(old, current)).as(current.getName()).isEmpty();
            }
        }
    }

    @Test
    void theHistoryHasAFolderForEachRecordAndNoGap() throws IOException {
        try (var folders = Files.list(HISTORY)) {
            for (var folder : folders.toList()) {
                var name = folder.getFileName().toString();
                try (var files = Files.list(folder)) {
                    assertThat(files.count()).as(name).isEqualTo(SchemaHistory.of(name).size());
                }
                assertThat(CURRENT).containsKey(name);
            }
        }
    }

    @Test
    void noTwoRecordsShareAFingerprint() {
        var all =
                CURRENT.keySet().stream()
                        .flatMap(name -> SchemaHistory.of(name).stream())
                        .map(SchemaNormalization::parsingFingerprint64)
                        .toList();

        assertThat(all).doesNotHaveDuplicates();
    }

    /// The rule itself: these are the changes that a planted schema shows it to catch.
    @Test
    void aFieldWithoutDefaultAChangedTypeAndANewSymbolAreFound() {
        var started = TransferStarted.getClassSchema().toString();
        var finished = TransferFinished.getClassSchema().toString();

        assertThat(
                        incompatibilities(
                                parse(
                                        started.replaceFirst(
                                                "\"fields\":\\[",
                                                "\"fields\":[{\"name\":\"pid\",\"type\":\"long\"},")),
                                parse(started)))
                .hasSize(1);
        assertThat(
                        incompatibilities(
                                parse(started),
                                parse(
                                        started.replace(
                                                "\"type\":\"long\"", "\"type\":\"boolean\""))))
                .hasSize(1);
        assertThat(
                        incompatibilities(
                                parse(finished),
                                parse(finished.replace("\"DIED\"", "\"DIED\",\"LOST\""))))
                .hasSize(1);
    }

    @Test
    @EnabledIfSystemProperty(named = "write-history", matches = "true")
    void writeHistory() throws IOException {
        for (var current : CURRENT.values()) {
            var history = new ArrayList<>(SchemaHistory.of(current.getName()));
            var same =
                    !history.isEmpty()
                            && SchemaNormalization.parsingFingerprint64(history.getLast())
                                    == SchemaNormalization.parsingFingerprint64(current);
            var n = same ? history.size() : history.size() + 1;
            var file = HISTORY.resolve("%s/%d.avsc".formatted(current.getName(), n));
            Files.createDirectories(file.getParent());
            Files.writeString(file, plain(current) + "\n");
        }
    }

    private static List<String> incompatibilities(Schema reader, Schema writer) {
        var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
        return result.getCompatibility() == SchemaCompatibilityType.COMPATIBLE
                ? List.of()
                : result.getIncompatibilities().stream().map(Object::toString).toList();
    }

    private static Schema parse(String schema) {
        return new Schema.Parser().parse(schema);
    }

    /// Without what the Java generator adds.
    private static String plain(Schema schema) throws IOException {
        var json =
                schema.toString()
                        .replaceAll(
                                "\\{\"type\":\"string\",\"avro.java.string\":\"String\"}",
                                "\"string\"")
                        .replaceAll(",\"avro.java.string\":\"String\"", "");
        var mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        return mapper.writeValueAsString(mapper.readTree(json));
    }
}
