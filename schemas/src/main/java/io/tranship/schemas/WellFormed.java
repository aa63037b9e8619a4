package io.tranship.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;

/// Walks through Avro bytes before anything is made of them, so that no length in them is believed:
/// a few hostile bytes could ask for gigabytes.
///
/// Strings are stricter than Avro's: UTF-8 without U+0000, as no PostgreSQL column can hold that,
/// and what no service can store must not get past the first reader.
final class WellFormed {

    private static final int VARINT_BYTES_MAX = 10;

    private final byte[] bytes;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    private int at;

    private WellFormed(byte[] bytes, int from) {
        this.bytes = bytes;
        this.at = from;
    }

    /// @param from where the body begins
    static void check(Schema schema, byte[] bytes, int from) throws UndecodableException {
        var walk = new WellFormed(bytes, from);
        walk.value(schema);
        if (walk.left() > 0) {
            throw walk.malformed("%d bytes follow the end".formatted(walk.left()));
        }
    }

    private void value(Schema schema) throws UndecodableException {
        switch (schema.getType()) {
            case NULL -> {}
            case BOOLEAN -> skip(1);
            case INT -> integer();
            case LONG -> varint();
            case FLOAT -> skip(Float.BYTES);
            case DOUBLE -> skip(Double.BYTES);
            case STRING -> string();
            case BYTES -> skip(varint());
            case FIXED -> skip(schema.getFixedSize());
            case ENUM -> index(schema.getEnumSymbols().size(), "symbol");
            case UNION -> value(schema.getTypes().get(index(schema.getTypes().size(), "branch")));
            case ARRAY -> items(schema.getElementType(), false);
            case MAP -> items(schema.getValueType(), true);
            case RECORD -> {
                for (var field : schema.getFields()) {
                    value(field.schema());
                }
            }
        }
    }

    /// Blocks of items until an empty one. A negative count is followed by the block's size, which
    /// readers who skip would use.
    private void items(Schema item, boolean keyed) throws UndecodableException {
        for (var count = varint(); count != 0; count = varint()) {
            if (count < 0) {
                count = -count;
                varint();
            }
            if (count < 0 || count > left()) {
                throw malformed("a block of %d items".formatted(count));
            }
            for (long i = 0; i < count; i++) {
                if (keyed) {
                    string();
                }
                value(item);
            }
        }
    }

    private void string() throws UndecodableException {
        var length = varint();
        var from = at;
        skip(length);
        for (int i = from; i < at; i++) {
            if (bytes[i] == 0) {
                throw malformed("a string with U+0000");
            }
        }
        try {
            utf8.decode(ByteBuffer.wrap(bytes, from, at - from));
        } catch (CharacterCodingException _) {
            throw malformed("a string that is not UTF-8");
        }
    }

    private int index(int size, String what) throws UndecodableException {
        var index = varint();
        if (index < 0 || index >= size) {
            throw malformed("%s %d of %d".formatted(what, index, size));
        }
        return (int) index;
    }

    private void integer() throws UndecodableException {
        var value = varint();
        if (value != (int) value) {
            throw malformed("%d, which is no int".formatted(value));
        }
    }

    private long varint() throws UndecodableException {
        long zigzag = 0;
        for (int i = 0; i < VARINT_BYTES_MAX; i++) {
            skip(1);
            var b = bytes[at - 1];
            zigzag |= (long) (b & 0x7f) << (7 * i);
            if (b >= 0) {
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw malformed("a number of more than %d bytes".formatted(VARINT_BYTES_MAX));
    }

    private void skip(long length) throws UndecodableException {
        if (length < 0 || length > left()) {
            throw malformed("%d bytes are announced, %d are left".formatted(length, left()));
        }
        at += (int) length;
    }

    private int left() {
        return bytes.length - at;
    }

    private UndecodableException malformed(String found) {
        return new UndecodableException("%s (at byte %d of %d)".formatted(found, at, bytes.length));
    }
}
