package io.tranship.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/// Avro single-object encoding of one family of records: a marker, the fingerprint of the writer's
/// schema, the body. The fingerprint says which record of the family it is.
///
/// Safe for use by many threads.
final class SingleObjectCodec<T> {

    private static final byte MARKER = (byte) 0xC3;
    private static final byte VERSION = 0x01;
    private static final int HEADER_BYTES = 2 + Long.BYTES;

    /// One record of the family.
    record Wire<A extends SpecificRecordBase, T>(Class<A> type, Function<A, ? extends T> toJava) {}

    private record Writer(long fingerprint, SpecificDatumWriter<SpecificRecordBase> avro) {}

    private record Reader<T>(
            Schema written,
            SpecificDatumReader<SpecificRecordBase> avro,
            Function<SpecificRecordBase, T> toJava) {}

    private final String family;
    private final Map<Class<?>, Writer> writers = new HashMap<>();
    private final Map<Long, Reader<T>> readers = new HashMap<>();

    SingleObjectCodec(String family, List<Wire<?, T>> wires) {
        this.family = family;
        wires.forEach(this::add);
    }

    private <A extends SpecificRecordBase> void add(Wire<A, T> wire) {
        var data = dataOf(wire.type());
        var current = data.getSchema(wire.type());
        Function<SpecificRecordBase, T> toJava =
                record -> wire.toJava().apply(wire.type().cast(record));
        for (var written : SchemaHistory.of(current.getName())) {
            readers.put(
                    SchemaNormalization.parsingFingerprint64(written),
                    new Reader<>(
                            written, new SpecificDatumReader<>(written, current, data), toJava));
        }
        var fingerprint = SchemaNormalization.parsingFingerprint64(current);
        readers.put(
                fingerprint,
                new Reader<>(current, new SpecificDatumReader<>(current, current, data), toJava));
        writers.put(wire.type(), new Writer(fingerprint, new SpecificDatumWriter<>(current, data)));
    }

    /// Finds classes through the loader of `type`. Avro's own may be another one, and would then
    /// ask the thread's, which under Quarkus' tests knows another copy of them.
    private static SpecificData dataOf(Class<?> type) {
        var data = new SpecificData(type.getClassLoader());
        SpecificData.getForClass(type).getConversions().forEach(data::addLogicalTypeConversion);
        return data;
    }

    /// @throws IllegalArgumentException when no reader would take it: a text holds U+0000
    byte[] encode(SpecificRecordBase record) {
        var writer = writers.get(record.getClass());
        if (writer == null) {
            throw new IllegalArgumentException("%s is no %s".formatted(record.getClass(), family));
        }
        var bytes = new ByteArrayOutputStream(256);
        bytes.writeBytes(header(writer.fingerprint()));
        try {
            var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            writer.avro().write(record, encoder);
            encoder.flush();
            WellFormed.check(record.getSchema(), bytes.toByteArray(), HEADER_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (UndecodableException e) {
            throw new IllegalArgumentException(
                    "%s cannot be written: %s"
                            .formatted(record.getSchema().getName(), e.getMessage()),
                    e);
        }
        return bytes.toByteArray();
    }

    /// @param bytes null for a record without a value, which any producer may send
    T decode(byte @Nullable [] bytes) throws UndecodableException {
        if (bytes == null) {
            throw new UndecodableException("the record has no value");
        }
        var reader = readerOf(bytes);
        var name = reader.written().getName();
        try {
            WellFormed.check(reader.written(), bytes, HEADER_BYTES);
            var body =
                    DecoderFactory.get()
                            .binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
            return reader.toJava().apply(reader.avro().read(null, body));
        } catch (UndecodableException
                | IOException
                | AvroRuntimeException
                | IllegalArgumentException
                | NullPointerException e) {
            throw new UndecodableException("%s: %s".formatted(name, e.getMessage()), e);
        }
    }

    private Reader<T> readerOf(byte[] bytes) throws UndecodableException {
        if (bytes.length < HEADER_BYTES || bytes[0] != MARKER || bytes[1] != VERSION) {
            throw new UndecodableException(
                    "not Avro single-object encoding: %d bytes that begin with %s, not c301 and a fingerprint"
                            .formatted(bytes.length, beginning(bytes)));
        }
        var fingerprint =
                ByteBuffer.wrap(bytes, 2, Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
        var reader = readers.get(fingerprint);
        if (reader == null) {
            throw new UndecodableException(
                    "schema %016x is not one of a %s; known are %s"
                            .formatted(fingerprint, family, known()));
        }
        return reader;
    }

    private String known() {
        return readers.values().stream()
                .map(reader -> reader.written().getName())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /// Of garbage no more than this is told: it may be anything.
    private static String beginning(byte[] bytes) {
        return HexFormat.of().formatHex(bytes, 0, Math.min(4, bytes.length));
    }

    private static byte[] header(long fingerprint) {
        return ByteBuffer.allocate(HEADER_BYTES)
                .put(MARKER)
                .put(VERSION)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(fingerprint)
                .array();
    }
}
