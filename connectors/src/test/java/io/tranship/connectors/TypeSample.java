package io.tranship.connectors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One type of PostgreSQL with the values that are hardest to carry.
///
/// @param type as it is declared
/// @param since the first version of the server that has it, or these values of it
/// @param values SQL expressions; a null comes on top
record TypeSample(String type, int since, List<String> values) {

    private static final int OLDEST = 15;

    /// What some of them need in their database.
    static final String[] MADE = {
        "create extension if not exists citext",
        "create extension if not exists hstore",
        "create extension if not exists ltree",
        "create extension if not exists cube",
        "create type mood as enum ('so', 'la la', 'Straße')",
        "create domain positive as int check (value > 0)",
        "create type pair as (a int, b text)",
        "create domain right_pair as pair check ((value).a < 10)",
        "create type span as range (subtype = float8)",
    };

    private static TypeSample of(String type, String... values) {
        return new TypeSample(type, OLDEST, List.of(values));
    }

    /// Literals of the type itself.
    private static TypeSample said(String type, String... literals) {
        return new TypeSample(type, OLDEST, quoted(literals));
    }

    private static List<String> quoted(String... literals) {
        return Arrays.stream(literals).map(s -> "'" + s.replace("'", "''") + "'").toList();
    }

    static List<TypeSample> all() {
        var all = new ArrayList<TypeSample>();
        all.addAll(numbers());
        all.addAll(texts());
        all.addAll(times());
        all.addAll(shapes());
        all.addAll(documents());
        all.addAll(bitsAndAddresses());
        all.addAll(rangesAndArrays());
        all.addAll(ofTheServer());
        all.addAll(made());
        return all;
    }

    private static List<TypeSample> numbers() {
        return List.of(
                said("boolean", "true", "false"),
                said("smallint", "-32768", "0", "32767"),
                said("integer", "-2147483648", "2147483647"),
                said("bigint", "-9223372036854775808", "9223372036854775807"),
                said("oid", "0", "4294967295"),
                said("real", "NaN", "Infinity", "-Infinity", "-0", "1.4e-45", "3.4028235e38"),
                said(
                        "double precision",
                        "NaN",
                        "Infinity",
                        "-Infinity",
                        "-0",
                        "5e-324",
                        "1.7976931348623157e308",
                        "0.1"),
                of(
                        "numeric",
                        "'NaN'",
                        "'Infinity'",
                        "'-Infinity'",
                        "0.00",
                        "-0.000000000000000000000000000001",
                        "(repeat('9', 500) || '.' || repeat('7', 500))::numeric",
                        "'1e131071'",
                        "('0.' || repeat('0', 16382) || '1')::numeric"),
                said("numeric(12,2)", "NaN", "9999999999.99", "-0.01"),
                said("numeric(3,-2)", "99900", "-100"),
                said("numeric(2,5)", "0.00099"),
                said("money", "-92233720368547758.08", "92233720368547758.07", "0"));
    }

    private static List<TypeSample> texts() {
        var everyCodePoint =
                "(select string_agg(chr(c), '' order by c) from generate_series(1, 1114111) c"
                        + " where c not between 55296 and 57343)";
        return List.of(
                of(
                        "text",
                        "''",
                        "E'tab\\t nl\\n cr\\r back\\\\slash \\001 \\\\N \\\\.'",
                        everyCodePoint),
                of("text collate \"C\"", "'ä'"),
                said("character varying", "", "Straße 😀 "),
                said("character varying(5)", "12345", "ab  ", "😀😀😀😀😀"),
                said("character(5)", "", "ab", " ab  "),
                said("bpchar", "ab  "),
                said("\"char\"", "a", "", "\\377"),
                said("name", "x".repeat(63)),
                of(
                        "bytea",
                        "'\\x'",
                        "'\\x00'",
                        "(select string_agg(set_byte('\\x00', 0, b), '' order by b) from generate_series(0, 255) b)"));
    }

    private static List<TypeSample> times() {
        return List.of(
                said("date", "4713-01-01 BC", "5874897-12-31", "infinity", "-infinity"),
                said("time", "00:00", "24:00", "23:59:59.999999"),
                said("time(2)", "12:34:56.78"),
                said("timetz", "00:00:00+15:59:59", "24:00:00-15:59:59", "12:00:00.000001+05:45"),
                said(
                        "timestamp",
                        "4713-01-01 00:00:00 BC",
                        "294276-12-31 23:59:59.999999",
                        "infinity",
                        "-infinity",
                        "2016-12-31 23:59:60"),
                said(
                        "timestamptz",
                        "4713-01-01 00:00:00+00 BC",
                        "294276-12-31 23:59:59.999999+00",
                        "infinity",
                        "-infinity",
                        "1883-11-18 12:03:57.5-04:56:02"),
                said("timestamptz(3)", "2026-01-01 00:00:00.123+00"),
                said(
                        "interval",
                        "178000000 years",
                        "-178000000 years",
                        "1 mon -3 days 00:00:00.000001",
                        "-2147483648 days",
                        "00:00:00"),
                new TypeSample("interval", 17, quoted("infinity", "-infinity")),
                said("interval day to second(3)", "3 days 04:05:06.789"));
    }

    private static List<TypeSample> shapes() {
        return List.of(
                said("point", "(1.5,-2)", "(NaN,Infinity)", "(-0,0)"),
                said("line", "{1,-1,0}"),
                said("lseg", "[(0,0),(1e300,-1)]"),
                said("box", "(2,2),(0,0)", "(Infinity,1),(-Infinity,0)"),
                said("path", "[(0,0),(1,1)]", "((0,0),(1,1),(2,0))"),
                said("polygon", "((0,0),(1,1),(2,0))"),
                said("circle", "<(1,1),2>", "<(0,0),0>"),
                said("cube", "(1, 2),(3, 4)"));
    }

    private static List<TypeSample> documents() {
        return List.of(
                said(
                        "json",
                        "{\"a\": 1, \"a\":  2 , \"b\": 1.0}",
                        "[]",
                        "null",
                        "\"\\u00e4 \\ud83d\\ude00\"",
                        "1e400"),
                said(
                        "jsonb",
                        "{\"a\": 1, \"a\": 2}",
                        "[1.0, 1e400, -0, \"\\u00e4\"]",
                        "null",
                        "{}",
                        "[".repeat(100) + "]".repeat(100)),
                said("jsonpath", "$.a[*] ? (@ > 3)"),
                said("xml", "<a b=\"c\">ä</a>", "", "text <b/>"),
                said("tsvector", "a:1A fat:2B,4C cat:5", ""),
                said("tsquery", "fat & !(rat | cat:AB) <-> x", ""),
                said("hstore", "a=>1, b=>NULL, \"c d\"=>\"\""),
                said("ltree", "Top.Science.Astronomy", ""));
    }

    private static List<TypeSample> bitsAndAddresses() {
        return List.of(
                said("bit(9)", "101010101"),
                said("bit varying", "", "1", "0".repeat(100) + "1"),
                said("bit varying(4)", "101"),
                said(
                        "uuid",
                        "00000000-0000-0000-0000-000000000000",
                        "ffffffff-ffff-ffff-ffff-ffffffffffff"),
                said("inet", "0.0.0.0/0", "10.1.2.3/8", "::1", "fe80::1/64"),
                said("cidr", "10.0.0.0/8", "2001:db8::/32"),
                said("macaddr", "08:00:2b:01:02:03"),
                said("macaddr8", "08:00:2b:01:02:03:04:05"));
    }

    private static List<TypeSample> rangesAndArrays() {
        return List.of(
                said("int4range", "empty", "(,)", "[1,10)"),
                said("int8range", "[-9223372036854775808,)"),
                said("numrange", "[1.10,2.200]", "(,NaN]"),
                said("daterange", "[2026-01-01,infinity]"),
                said("tsrange", "[-infinity,2026-01-01)"),
                said("tstzrange", "(,2026-01-01 00:00:00+00]"),
                said("int4multirange", "{}", "{[1,3),[5,)}"),
                said("nummultirange", "{(,1.0],[2.00,3)}"),
                said("datemultirange", "{[2026-01-01,2026-02-01)}"),
                said("tstzmultirange", "{[2026-01-01 00:00:00+00,)}"),
                said("integer[]", "{}", "{{1,NULL},{2,3}}", "[0:2]={1,2,3}", "{NULL}"),
                said("text[]", "{\"\",NULL,\"NULL\",\"a,b\",\"{\",\"\\\\\",\"\\\"\"}"),
                said("numeric(5,2)[]", "{1.50,NaN}"),
                said("timestamptz[]", "{infinity,\"2026-01-01 00:00:00+00\"}"),
                said("bytea[]", "{\"\\\\x00ff\"}"),
                said("jsonb[]", "{\"{\\\"a\\\": [1, null]}\"}"),
                said("interval[]", "{\"1 day\"}"),
                said("point[]", "{\"(1,2)\"}"),
                said("int4range[]", "{\"[1,3)\",empty}"));
    }

    private static List<TypeSample> ofTheServer() {
        return List.of(
                said("pg_lsn", "0/0", "FFFFFFFF/FFFFFFFF"),
                said("pg_snapshot", "10:20:10,14,15"),
                said("txid_snapshot", "10:20:10,14,15"),
                said("xid", "4294967295"),
                said("xid8", "18446744073709551615"),
                said("cid", "1"),
                said("tid", "(4294967295,65535)"),
                said("regclass", "pg_class"),
                said("regtype", "integer"),
                said("regprocedure", "length(text)"),
                said("regrole", "postgres"),
                said("int2vector", "1 2 3"),
                said("oidvector", "1 4294967295"),
                said("refcursor", "a cursor"),
                said("aclitem", "postgres=r/postgres"));
    }

    private static List<TypeSample> made() {
        return List.of(
                said("mood", "so", "la la", "Straße"),
                said("mood[]", "{so,\"la la\",NULL}"),
                said("positive", "1"),
                said("pair", "(1,\"x \"\"y\"\"\")", "(,)"),
                said("pair[]", "{\"(1,a)\"}"),
                said("right_pair", "(9,z)"),
                said("span", "[0.1,NaN)", "empty"),
                said("citext", "MiXed"),
                said("integer generated always as (id * 2) stored"),
                said("bigint generated always as identity"));
    }

    boolean isGenerated() {
        return type.contains("generated");
    }
}
