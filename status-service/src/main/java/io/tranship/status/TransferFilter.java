package io.tranship.status;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A [TransferQuery] as conditions with named values: only words of this class get into the
/// statement, never a user's.
///
/// @param where on the table `transfer t`
record TransferFilter(String where, String order, Map<String, Object> values) {

    private static final class Conditions {
        private final List<String> conditions = new ArrayList<>();
        private final Map<String, Object> values = new LinkedHashMap<>();

        void add(String condition) {
            conditions.add(condition);
        }

        void add(String name, @Nullable Object value, String condition) {
            if (value != null) {
                conditions.add(condition);
                values.put(name, value instanceof String text ? text : value.toString());
            }
        }
    }

    static TransferFilter of(TransferQuery query) {
        var where = new Conditions();
        where.add("true");
        if (!query.statuses().isEmpty()) {
            var names =
                    IntStream.range(0, query.statuses().size())
                            .mapToObj(":status%d"::formatted)
                            .collect(Collectors.joining(", "));
            where.add("t.status in (%s)".formatted(names));
            for (int i = 0; i < query.statuses().size(); i++) {
                where.values.put("status" + i, query.statuses().get(i).name());
            }
        }
        where.add(
                "destination",
                TransferRow.cut(query.destination()),
                "(t.destination_id = :destination or t.destination_name = :destination)");
        where.add("recipient", TransferRow.cut(query.recipient()), "t.recipient_id = :recipient");
        where.add(
                "source",
                TransferRow.cut(query.source()),
                "t.source_ids @> array[cast(:source as text)]");
        where.add(
                "model", TransferRow.cut(query.model()), "t.models @> array[cast(:model as text)]");
        where.add("kind", query.kind(), "t.kind = :kind");
        for (int i = 0; i < query.tags().size(); i++) {
            var tag = query.tags().get(i);
            var name = "tag" + i;
            where.add(
                    "t.tags @> jsonb_build_object(cast(:%s as text), cast(:%sValue as text))"
                            .formatted(name, name));
            where.values.put(name, tag.name());
            where.values.put(name + "Value", tag.value());
        }
        time(where, "submittedAfter", query.submittedAfter(), "t.submitted_at >= ");
        time(where, "submittedBefore", query.submittedBefore(), "t.submitted_at < ");
        time(where, "endedAfter", query.endedAfter(), "t.ended_at >= ");
        time(where, "endedBefore", query.endedBefore(), "t.ended_at < ");
        return placed(query, where);
    }

    private static void time(
            Conditions where, String name, @Nullable Object time, String condition) {
        where.add(name, time, condition + "cast(cast(:%s as text) as timestamptz)".formatted(name));
    }

    private static TransferFilter placed(TransferQuery query, Conditions where) {
        var column = query.order().isByEnd() ? "t.ended_at" : "t.submitted_at";
        var descending = query.order().isDescending();
        if (query.order().isByEnd()) {
            where.add("t.ended_at is not null");
        }
        var after = query.after();
        if (after != null) {
            where.add(
                    "(%s, t.transfer_id) %s (cast(cast(:afterTime as text) as timestamptz), cast(cast(:afterId as text) as uuid))"
                            .formatted(column, descending ? "<" : ">"));
            where.values.put("afterTime", after.time().toString());
            where.values.put("afterId", after.id().toString());
        }
        var order =
                "%s %s, t.transfer_id %s"
                        .formatted(
                                column, descending ? "desc" : "asc", descending ? "desc" : "asc");
        return new TransferFilter(String.join(" and ", where.conditions), order, where.values);
    }
}
