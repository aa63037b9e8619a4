package io.tranship.dispatch;

import io.smallrye.mutiny.Uni;
import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.UndecodableException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// The ledger's own copy of the catalog, and its decoded form.
///
/// The copy's version rises with each change. A reader asks for it in its own transaction and reads
/// only what changed since, so that every replica decides by the copy that its transaction sees.
@ApplicationScoped
class CatalogStore {

    private static final String CHANGED =
            RowCodec.DOC
                    + """
                    , known as (
                        select case when cast(d ->> 'known' as bigint) > v.version then -1
                                    else cast(d ->> 'known' as bigint) end as version
                        from doc, catalog_version v)
                    select cast(jsonb_build_object(
                        'version', v.version, 'revision', v.revision, 'whole', known.version < 0,
                        'changes', coalesce((
                            select jsonb_agg(jsonb_build_object('key', c.key, 'record', encode(c.record, 'hex')))
                            from catalog_copy c where c.version > known.version), '[]')) as text)
                    from catalog_version v, known
                    """;

    /// Resources whose limit may have changed are looked at as if something had been given back.
    private static final String APPLY =
            RowCodec.DOC
                    + """
                    , risen as (
                        update catalog_version
                        set version = version + 1,
                            revision = greatest(revision, cast((select d ->> 'revision' from doc) as bigint))
                        returning version),
                    change as (
                        select x.* from doc, jsonb_to_recordset(d -> 'changes')
                            as x(key text, revision bigint, record text)),
                    copied as (
                        insert into catalog_copy (key, revision, record, version)
                        select c.key, c.revision, decode(c.record, 'hex'), risen.version from change c, risen
                        on conflict (key) do update
                        set revision = greatest(excluded.revision, catalog_copy.revision),
                            record = excluded.record, version = excluded.version
                        where excluded.record is null or excluded.revision >= catalog_copy.revision),
                    woken as (
                        update queue set parked_on = null where parked_on = 'catalog'),
                    freed_now as (
                        insert into freed (resource, units)
                        select c.key, 1000 from change c
                        cross join lateral (select from queue q where q.parked_on = c.key limit 1) w
                        on conflict (resource) do update set units = excluded.units)
                    select cast(version as text) from risen
                    """;

    private final AtomicReference<Catalog> decoded = new AtomicReference<>(Catalog.EMPTY);

    /// @param record null: deleted
    record Change(
            String key,
            @Nullable CatalogRecord record,
            @SuppressWarnings("ArrayRecordComponent") byte @Nullable [] bytes) {

        long revision() {
            return record == null ? 0 : record.revision();
        }
    }

    /// The catalog as this transaction sees it. Never call it after [#apply] in one transaction: a
    /// rollback would leave what never was.
    Uni<Catalog> current(Mutiny.StatelessSession session) {
        var known = decoded.get();
        return RowCodec.ask(session, CHANGED, Map.of("known", known.version()), ChangedRow.class)
                .map(changed ->
                        changed.version() == known.version()
                                ? known
                                : remember(changed.after(known)));
    }

    /// Takes changes over, in their order, the last of each key. The caller holds the ledger's
    /// lock.
    Uni<Void> apply(Mutiny.StatelessSession session, Collection<Change> changes) {
        var rows =
                changes.stream()
                        .map(change ->
                                new ChangeRow(change.key(), change.revision(), hex(change.bytes())))
                        .toList();
        var revision = changes.stream().mapToLong(Change::revision).max().orElse(0);
        return RowCodec.tell(session, APPLY, Map.of("changes", rows, "revision", revision));
    }

    private Catalog remember(Catalog newer) {
        decoded.set(newer);
        return newer;
    }

    private static @Nullable String hex(byte @Nullable [] bytes) {
        return bytes == null ? null : HexFormat.of().formatHex(bytes);
    }

    record ChangeRow(String key, long revision, @Nullable String record) {}

    record KeyedRow(String key, @Nullable String record) {

        Optional<CatalogRecord> decoded() {
            if (record == null) {
                return Optional.empty();
            }
            try {
                return Optional.of(CatalogCodec.decode(HexFormat.of().parseHex(record)));
            } catch (UndecodableException e) {
                throw new IllegalStateException(
                        "the copy of the catalog holds a record at %s that it cannot read"
                                .formatted(key),
                        e);
            }
        }
    }

    /// @param whole all that there is, as this process knew a newer copy than the database has
    record ChangedRow(long version, long revision, boolean whole, List<KeyedRow> changes) {

        Catalog after(Catalog known) {
            var byKey = new HashMap<String, Optional<CatalogRecord>>();
            changes.forEach(change -> byKey.put(change.key(), change.decoded()));
            return (whole ? Catalog.EMPTY : known).with(byKey, version, revision);
        }
    }
}
