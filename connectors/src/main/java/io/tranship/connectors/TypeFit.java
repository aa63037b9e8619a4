package io.tranship.connectors;

/// Which types hold every value of another exactly: the same, a wider one, or text. Never one that
/// rounds or cuts.
final class TypeFit {

    private static final long INT8 = 20;
    private static final long INT2 = 21;
    private static final long INT4 = 23;
    private static final long BPCHAR = 1042;
    private static final long VARCHAR = 1043;
    private static final long NUMERIC = 1700;

    /// Of the length and precision words that carry four bytes of header.
    private static final int HEADER = 4;

    private TypeFit() {}

    static boolean holds(ColumnType from, ColumnType to) {
        if (to.oid() == ColumnType.TEXT || (to.oid() == VARCHAR && to.modifier() < 0)) {
            return true;
        }
        if (to.category() == ColumnType.Category.MADE) {
            // Its own input function decides, value by value, and refuses what it cannot hold.
            return from.category() == ColumnType.Category.MADE && to.name().equals(from.name());
        }
        if (to.oid() == from.oid()) {
            return to.modifier() == from.modifier() || isWider(from, to);
        }
        return (isWhole(from) && widthOf(from) <= widthOf(to))
                || (from.oid() == BPCHAR
                        && to.oid() == VARCHAR
                        && to.modifier() >= from.modifier());
    }

    private static boolean isWider(ColumnType from, ColumnType to) {
        if (to.modifier() < 0) {
            return true;
        }
        if (from.modifier() < 0) {
            return false;
        }
        if (to.oid() == NUMERIC) {
            return scale(to) >= scale(from)
                    && precision(to) - scale(to) >= precision(from) - scale(from);
        }
        return to.oid() == VARCHAR && to.modifier() >= from.modifier();
    }

    private static int precision(ColumnType numeric) {
        return ((numeric.modifier() - HEADER) >> 16) & 0xFFFF;
    }

    /// Eleven bits, signed.
    private static int scale(ColumnType numeric) {
        return (((numeric.modifier() - HEADER) & 0x7FF) ^ 1024) - 1024;
    }

    private static boolean isWhole(ColumnType type) {
        return type.oid() == INT2 || type.oid() == INT4 || type.oid() == INT8;
    }

    /// Digits before the point that any value finds room for.
    private static int widthOf(ColumnType type) {
        if (type.oid() == INT2) {
            return 5;
        }
        if (type.oid() == INT4) {
            return 10;
        }
        if (type.oid() == INT8) {
            return 19;
        }
        if (type.oid() == NUMERIC) {
            return type.modifier() < 0 ? Integer.MAX_VALUE : precision(type) - scale(type);
        }
        return -1;
    }
}
