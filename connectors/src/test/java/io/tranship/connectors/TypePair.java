package io.tranship.connectors;

import java.util.Arrays;
import java.util.List;

/// A type at the source and another that a model declares for the destination.
///
/// @param values SQL expressions of the first type; a null comes on top
record TypePair(String from, String to, List<String> values) {

    private static TypePair of(String from, String to, String... literals) {
        return new TypePair(from, to, Arrays.stream(literals).map(s -> "'" + s + "'").toList());
    }

    static List<TypePair> all() {
        return List.of(
                of("smallint", "integer", "-32768", "32767"),
                of("smallint", "numeric(5,0)", "-32768", "32767"),
                of("smallint", "numeric(4,0)", "32767"),
                of("smallint", "real", "32767"),
                of("integer", "bigint", "-2147483648", "2147483647"),
                of("integer", "smallint", "1"),
                of("integer", "numeric(12,2)", "-2147483648", "2147483647"),
                of("integer", "numeric(11,2)", "2147483647"),
                of("integer", "double precision", "2147483647"),
                of("integer", "text", "-2147483648"),
                of("bigint", "numeric", "-9223372036854775808"),
                of("bigint", "integer", "1"),
                of("bigint", "timestamptz", "1"),
                of("numeric(10,2)", "numeric(12,2)", "99999999.99", "NaN"),
                of("numeric(10,2)", "numeric(12,4)", "99999999.99"),
                of("numeric(10,2)", "numeric(10,4)", "1.00"),
                of("numeric(10,2)", "numeric", "-0.01"),
                of("numeric(10,2)", "bigint", "1.00"),
                of("numeric", "numeric(12,2)", "1.00"),
                of("numeric", "double precision", "0.1"),
                of("numeric", "text", "1.10", "NaN"),
                of("real", "double precision", "0.1"),
                of("double precision", "real", "0.5"),
                of("double precision", "text", "5e-324"),
                of("money", "numeric(19,2)", "1.00"),
                of("character varying(5)", "character varying(10)", "12345"),
                of("character varying(5)", "character varying(3)", "1"),
                of("character varying(5)", "text", "ab  "),
                of("character varying(5)", "character(5)", "ab"),
                of("character(5)", "character varying(5)", "ab"),
                of("character(5)", "text", "ab"),
                of("text", "character varying", "ab  "),
                of("text", "character varying(5)", "ab"),
                of("text", "bytea", "ab"),
                of("text", "public.citext", "MiXed"),
                of("text", "citext", "MiXed"),
                of("citext", "public.citext", "MiXed"),
                of("date", "timestamp", "2026-01-01"),
                of("date", "text", "infinity"),
                of("timestamp", "timestamptz", "2026-01-01 00:00:00"),
                of("timestamp", "date", "2026-01-01 00:00:00"),
                of("timestamptz", "timestamp", "2026-01-01 00:00:00+00"),
                of("timestamptz", "timestamptz(3)", "2026-01-01 00:00:00.123456+00"),
                of("timestamptz(3)", "timestamptz", "2026-01-01 00:00:00.123+00"),
                of("time", "timetz", "12:00:00"),
                of("interval", "text", "1 mon -3 days"),
                of("interval", "interval day", "1 mon"),
                of("boolean", "text", "true"),
                of("boolean", "integer", "true"),
                of("json", "jsonb", "{\"a\": 1, \"a\": 2}"),
                of("jsonb", "json", "{\"a\": 1}"),
                of("jsonb", "text", "{\"a\": 1}"),
                of("xml", "text", "<a/>"),
                of("uuid", "text", "00000000-0000-0000-0000-000000000001"),
                of("bytea", "text", "\\x00ff"),
                of("bit(4)", "bit varying", "1010"),
                of("inet", "cidr", "10.0.0.0/8"),
                of("cidr", "inet", "10.0.0.0/8"),
                of("point", "text", "(1,2)"),
                of("integer[]", "bigint[]", "{1,NULL}"),
                of("integer[]", "text", "{1,NULL}"),
                of("mood", "public.mood", "so"),
                of("mood", "text", "la la"),
                of("positive", "public.positive", "1"),
                of("positive", "integer", "1"),
                of("pair", "public.pair", "(1,a)"),
                of("hstore", "public.hstore", "a=>1"),
                of("hstore", "jsonb", "a=>1"));
    }
}
