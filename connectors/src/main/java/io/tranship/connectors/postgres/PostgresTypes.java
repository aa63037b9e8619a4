package io.tranship.connectors.postgres;

import io.tranship.connectors.ColumnType;
import io.tranship.connectors.ColumnType.Category;
import io.tranship.connectors.TableColumn;
import io.tranship.connectors.TransferFailure;
import io.tranship.schemas.ErrorCode;
import java.util.Arrays;

/// What Tranship knows of PostgreSQL's types.
final class PostgresTypes {

    /// Every type from here on was made in its database.
    private static final long FIRST_MADE = 16_384;

    /// Built in, and what their binary form says is the same on every server. Not those that hold
    /// numbers of another catalog (`regclass`, `oidvector`) or of one server's life (`xid8`,
    /// `pg_snapshot`). Sorted.
    private static final long[] PORTABLE = {
        16, 17, 18, 19, 20, 21, 23, 25, 114, 142, 600, 601, 602, 603, 604, 628, 650, 700, 701, 718,
        774, 790, 829, 869, 1042, 1043, 1082, 1083, 1114, 1184, 1186, 1266, 1560, 1562, 1700, 2950,
        3220, 3614, 3615, 3802, 3904, 3906, 3908, 3910, 3912, 3926, 4072, 4451, 4532, 4533, 4534,
        4535, 4536
    };

    /// Both, and their arrays, mean the same everywhere. But the server sends an empty `tsquery` in
    /// a binary form that it does not take back, and before version 17 what is infinite now was a
    /// very long `interval`.
    private static final long[] TSQUERY = {3615, 3645};

    private static final long[] INTERVAL = {1186, 1187};
    private static final int INTERVAL_SINCE = 170_000;

    private static final int DECLARED_MAX = 100;

    private PostgresTypes() {}

    /// @param element the type of an array's elements; 0 for others
    static ColumnType type(String name, long oid, long element, int modifier) {
        return new ColumnType(name, oid, modifier, category(oid, element));
    }

    private static Category category(long oid, long element) {
        if (oid >= FIRST_MADE) {
            return Category.MADE;
        }
        return isPortable(oid) || (element != 0 && isPortable(element))
                ? Category.PORTABLE
                : Category.BUILT_IN;
    }

    /// Whether rows with it may pass a server of `version` undecoded.
    static boolean isBinary(ColumnType type, int version) {
        return type.category() == Category.PORTABLE
                && !isOneOf(TSQUERY, type)
                && (version >= INTERVAL_SINCE || !isOneOf(INTERVAL, type));
    }

    private static boolean isOneOf(long[] oids, ColumnType type) {
        return Arrays.binarySearch(oids, type.oid()) >= 0;
    }

    private static boolean isPortable(long oid) {
        return Arrays.binarySearch(PORTABLE, oid) >= 0;
    }

    /// The type that a column gets in a table that Tranship makes: the same, and text where the
    /// same would mean something else in another database.
    static String atDestination(String model, TableColumn column) {
        var declared = column.declared();
        if (declared != null) {
            return plain(model, column.name(), declared);
        }
        return switch (column.type().category()) {
            case PORTABLE -> column.type().name();
            case BUILT_IN, MADE -> "text";
        };
    }

    /// A type's name goes into SQL as it stands, so it may only be words, numbers, dots and
    /// brackets.
    private static String plain(String model, String column, String declared) {
        var fits = !declared.isBlank() && declared.length() <= DECLARED_MAX;
        for (var i = 0; fits && i < declared.length(); i++) {
            var c = declared.charAt(i);
            fits =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || "0123456789_. (),[]".indexOf(c) >= 0;
        }
        if (!fits || isUnbalanced(declared)) {
            throw new TransferFailure(
                    ErrorCode.INVALID_CATALOG,
                    "model %s: column %s declares type '%s', which is no type's name; write one such as numeric(12, 2)"
                            .formatted(model, column, declared));
        }
        return declared;
    }

    /// A comma outside brackets would begin another column.
    private static boolean isUnbalanced(String declared) {
        var open = 0;
        for (var i = 0; i < declared.length(); i++) {
            var c = declared.charAt(i);
            open += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (open < 0 || open > 1 || (c == ',' && open == 0)) {
                return true;
            }
        }
        return open != 0;
    }
}
