package io.tranship.connectors;

/// A column's type, in PostgreSQL's words: a source of another vendor says which of them its values
/// are written as.
///
/// @param name as a table definition writes it, with precision and length
/// @param oid as the server numbers it; the same everywhere only for types that are `portable`
/// @param modifier precision or length; -1 when there is none
/// @param category how a value of it may be handled
public record ColumnType(String name, long oid, int modifier, Category category) {

    public enum Category {
        /// Built in, and the same on all servers.
        PORTABLE,
        /// Built in, but its meaning depends on the database.
        BUILT_IN,
        /// Made by somebody in this database: enum, domain, composite, of an extension.
        MADE
    }

    public static final long TEXT = 25;
    public static final long TIMESTAMP = 1114;
    public static final long TIMESTAMPTZ = 1184;

    public boolean isSameAs(ColumnType other) {
        return category != Category.MADE
                && other.category != Category.MADE
                && oid == other.oid
                && modifier == other.modifier;
    }
}
