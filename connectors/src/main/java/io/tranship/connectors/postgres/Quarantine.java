package io.tranship.connectors.postgres;

import io.tranship.connectors.TransferFailure;
import io.tranship.schemas.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Records rows that the destination cannot take, by key and with the server's reason, in the
/// transaction that writes the others. Never their values.
final class Quarantine {

    private final PostgresSession session;
    private final ControlTables control;
    private final Claimant claimant;
    private final String model;
    private final List<Integer> keyPlaces;
    private final long rowsMax;
    private long rows;

    /// @param columns in the order in which they come
    /// @param rowsMax of this transaction
    Quarantine(
            PostgresSession session,
            ControlTables control,
            Claimant claimant,
            String model,
            List<String> columns,
            List<String> key,
            long rowsMax) {
        this.session = session;
        this.control = control;
        this.claimant = claimant;
        this.model = model;
        this.keyPlaces = key.stream().map(columns::indexOf).toList();
        this.rowsMax = rowsMax;
    }

    long rows() {
        return rows;
    }

    /// @param row a line as COPY writes it
    void add(byte[] row, TransferFailure refused) {
        var reason = String.valueOf(refused.refusal());
        if (++rows > rowsMax) {
            throw new TransferFailure(
                    ErrorCode.DESTINATION_ROWS_QUARANTINED,
                    "model %s: the destination refuses more rows than quarantine_rows_max allows, the last for %s; correct them at the source, remove at the destination what refuses them, or raise the limit"
                            .formatted(model, reason));
        }
        control.makeQuarantine(session);
        session.update(
                """
                insert into %s as q (model, key, reason, transfer) values (?, ?, ?, ?)
                on conflict (model, key) do update
                set reason = excluded.reason, transfer = excluded.transfer, last_at = excluded.last_at
                """
                        .formatted(control.quarantine()),
                model,
                key(row),
                reason,
                claimant.transfer().value());
    }

    private List<String> key(byte[] row) {
        var line = new String(row, 0, row.length - 1, StandardCharsets.UTF_8);
        var values = List.of(line.split("\t", -1));
        var key = new ArrayList<String>(keyPlaces.size());
        keyPlaces.forEach(place -> key.add(plain(values.get(place))));
        return key;
    }

    /// What COPY wrote with a backslash.
    private static String plain(String value) {
        if (value.indexOf('\\') < 0) {
            return value;
        }
        var plain = new StringBuilder(value.length());
        for (var at = 0; at < value.length(); at++) {
            var c = value.charAt(at);
            plain.append(c == '\\' && at + 1 < value.length() ? meant(value.charAt(++at)) : c);
        }
        return plain.toString();
    }

    private static char meant(char written) {
        return switch (written) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> '\u000b';
            default -> written;
        };
    }
}
