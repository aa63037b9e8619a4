package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.connectors.ColumnType.Category;
import org.junit.jupiter.api.Test;

class TypeFitTest {

    private static ColumnType type(long oid, int modifier) {
        return new ColumnType("t" + oid, oid, modifier, Category.PORTABLE);
    }

    private static ColumnType numeric(int precision, int scale) {
        return type(1700, ((precision << 16) | (scale & 0x7FF)) + 4);
    }

    private static final ColumnType INT2 = type(21, -1);
    private static final ColumnType INT4 = type(23, -1);
    private static final ColumnType INT8 = type(20, -1);
    private static final ColumnType NUMERIC = type(1700, -1);
    private static final ColumnType TEXT = type(25, -1);

    @Test
    void aWiderTypeHolds() {
        assertThat(TypeFit.holds(INT2, INT4)).isTrue();
        assertThat(TypeFit.holds(INT4, INT8)).isTrue();
        assertThat(TypeFit.holds(INT8, NUMERIC)).isTrue();
        assertThat(TypeFit.holds(INT8, numeric(19, 0))).isTrue();
        assertThat(TypeFit.holds(numeric(10, 2), numeric(12, 4))).isTrue();
        assertThat(TypeFit.holds(numeric(10, 2), NUMERIC)).isTrue();
        assertThat(TypeFit.holds(type(1043, 14), type(1043, 24))).isTrue();
        assertThat(TypeFit.holds(type(1114, 3), type(1114, -1))).isTrue();
        assertThat(TypeFit.holds(type(600, -1), TEXT)).isTrue();
    }

    @Test
    void aTypeThatRoundsOrCutsDoesNot() {
        assertThat(TypeFit.holds(INT8, INT4)).isFalse();
        assertThat(TypeFit.holds(INT8, numeric(18, 0))).isFalse();
        assertThat(TypeFit.holds(numeric(10, 2), numeric(10, 4))).isFalse();
        assertThat(TypeFit.holds(NUMERIC, numeric(10, 4))).isFalse();
        assertThat(TypeFit.holds(numeric(5, -2), numeric(5, 0))).isFalse();
        assertThat(TypeFit.holds(type(1043, 24), type(1043, 14))).isFalse();
        assertThat(TypeFit.holds(type(1114, -1), type(1114, 3))).isFalse();
        assertThat(TypeFit.holds(type(1114, -1), type(1184, -1))).isFalse();
        assertThat(TypeFit.holds(type(701, -1), type(700, -1))).isFalse();
        assertThat(TypeFit.holds(TEXT, type(3802, -1))).isFalse();
    }
}
