package io.tranship.scheduler;

import io.smallrye.mutiny.Uni;
import io.tranship.schemas.CatalogCodec;
import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.Organization;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Source;
import io.tranship.schemas.UndecodableException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// The catalog's tables. All of it is read at once and kept until its revision rises, so that a
/// request costs one small read.
@ApplicationScoped
class CatalogStore {

    private static final String REVISION = "select revision from catalog";
    private static final String LOCK = "select revision from catalog for update";
    private static final String ALL =
            """
            select c.revision, encode(t.record, 'base64')
            from catalog c cross join thing t
            """;
    private static final String FOUND =
            """
            insert into catalog (revision, frequency_minutes) values (:revision, :minutes)
            on conflict do nothing
            """;
    private static final String PUT =
            """
            insert into thing (id, kind, name, revision, place, record)
            select id, kind, name, revision, place, decode(record, 'base64')
            from jsonb_to_recordset(cast(cast(:rows as text) as jsonb))
                as r (id uuid, kind text, name text, revision bigint, place text, record text)
            on conflict (id) do update set
                name = excluded.name, revision = excluded.revision, place = excluded.place,
                record = excluded.record
            """;
    private static final String FORGET_REFERENCES =
            """
            delete from reference where referrer in (
                select cast(value as uuid)
                from jsonb_array_elements_text(cast(cast(:ids as text) as jsonb)))
            """;
    private static final String REFER =
            """
            insert into reference (referrer, referred)
            select distinct referrer, referred
            from jsonb_to_recordset(cast(cast(:rows as text) as jsonb))
                as r (referrer uuid, referred uuid)
            """;
    private static final String SCHEDULE =
            """
            insert into schedule (destination, enabled, frequency_minutes, since)
            select id, enabled, minutes, cast(cast(:now as text) as timestamptz)
            from jsonb_to_recordset(cast(cast(:rows as text) as jsonb))
                as r (id uuid, enabled boolean, minutes int)
            on conflict (destination) do update set
                enabled = excluded.enabled, frequency_minutes = excluded.frequency_minutes
            """;
    private static final String RAISE =
            "update catalog set revision = :revision, frequency_minutes = :minutes";
    private static final String DELETE =
            "delete from thing where id = cast(cast(:id as text) as uuid)";

    private final AtomicReference<@Nullable Catalog> kept = new AtomicReference<>();

    /// The catalog as it is committed now.
    Uni<Catalog> read(Mutiny.StatelessSession session) {
        return session.createNativeQuery(REVISION, Long.class)
                .getSingleResult()
                .chain(revision -> at(session, revision));
    }

    /// The catalog, which nobody else changes before this transaction ends.
    Uni<Catalog> lock(Mutiny.StatelessSession session) {
        return session.createNativeQuery(LOCK, Long.class)
                .getSingleResult()
                .chain(revision -> at(session, revision));
    }

    private Uni<Catalog> at(Mutiny.StatelessSession session, long revision) {
        var known = kept.get();
        return known != null && known.revision() == revision
                ? Uni.createFrom().item(known)
                : session.createNativeQuery(ALL, Object[].class)
                        .getResultList()
                        .map(CatalogStore::catalog)
                        .invoke(kept::set);
    }

    private static Catalog catalog(List<Object[]> rows) {
        Organization organization = null;
        var things = new ArrayList<CatalogRecord>();
        for (var row : rows) {
            switch (decode((String) row[1])) {
                case Organization o -> organization = o;
                case CatalogRecord thing -> things.add(thing);
            }
        }
        if (organization == null) {
            throw new IllegalStateException(
                    "the catalog has no organization; was its table emptied?");
        }
        return new Catalog((Long) rows.getFirst()[0], organization, things);
    }

    private static CatalogRecord decode(String base64) {
        try {
            return CatalogCodec.decode(Base64.getMimeDecoder().decode(base64));
        } catch (UndecodableException e) {
            throw new IllegalStateException(
                    "a stored catalog record cannot be read; was the service downgraded?", e);
        }
    }

    /// Makes the catalog with nothing but the organization.
    ///
    /// @return false when there is one already
    Uni<Boolean> found(Mutiny.StatelessSession session, Organization organization) {
        return session.createNativeQuery(FOUND)
                .setParameter("revision", organization.revision())
                .setParameter("minutes", organization.frequencyMinutes())
                .executeUpdate()
                .chain(rows ->
                        rows == 0
                                ? Uni.createFrom().item(false)
                                : put(session, List.of(organization)).replaceWith(true));
    }

    /// Writes what changed. The caller holds the lock.
    Uni<Void> save(Mutiny.StatelessSession session, CatalogPlan plan, Instant now) {
        var changed = plan.changes().stream().filter(Change::isChange).map(Change::record).toList();
        return put(session, changed)
                .chain(() -> refer(session, plan.after(), changed))
                .chain(() -> schedule(session, changed, now))
                .chain(() -> raise(session, plan.after().organization(), plan.after().revision()));
    }

    /// Writes new revisions of what is there. The caller holds the lock.
    Uni<Void> revise(Mutiny.StatelessSession session, CatalogDifference difference) {
        return difference.revised().isEmpty()
                ? Uni.createFrom().voidItem()
                : put(session, difference.revised())
                        .chain(() ->
                                raise(session, difference.organization(), difference.revision()));
    }

    /// Deletes `record` and writes the organization with the revision of this deletion.
    Uni<Void> delete(
            Mutiny.StatelessSession session, CatalogRecord record, Organization organization) {
        return session.createNativeQuery(DELETE)
                .setParameter("id", record.id())
                .executeUpdate()
                .chain(() -> put(session, List.of(organization)))
                .chain(() -> raise(session, organization, organization.revision()));
    }

    private static Uni<Void> put(Mutiny.StatelessSession session, List<CatalogRecord> records) {
        var rows = new JsonArray();
        for (var record : records) {
            rows.add(
                    new JsonObject()
                            .put("id", record.id())
                            .put("kind", record.kind())
                            .put("name", record.name())
                            .put("revision", record.revision())
                            .put(
                                    "place",
                                    record instanceof Destination destination
                                            ? CatalogRules.place(destination.endpoint())
                                            : null)
                            .put(
                                    "record",
                                    Base64.getEncoder()
                                            .encodeToString(CatalogCodec.encode(record))));
        }
        return update(session, PUT, rows);
    }

    private static Uni<Void> refer(
            Mutiny.StatelessSession session, Catalog after, List<CatalogRecord> changed) {
        var rows = new JsonArray();
        for (var record : changed) {
            for (var referred : referred(after, record)) {
                rows.add(new JsonObject().put("referrer", record.id()).put("referred", referred));
            }
        }
        var ids = new JsonArray(changed.stream().map(CatalogRecord::id).toList());
        return session.createNativeQuery(FORGET_REFERENCES)
                .setParameter("ids", ids.encode())
                .executeUpdate()
                .chain(() -> update(session, REFER, rows));
    }

    private static Set<String> referred(Catalog after, CatalogRecord record) {
        return switch (record) {
            case Model model -> Set.of(model.source());
            case Destination destination -> {
                var ids =
                        destination.models().stream()
                                .map(name -> after.named(Kind.MODEL, name))
                                .filter(Objects::nonNull)
                                .map(CatalogRecord::id)
                                .collect(Collectors.toSet());
                ids.add(destination.recipient());
                yield ids;
            }
            case Source _, Recipient _, Organization _ -> Set.of();
        };
    }

    private static Uni<Void> schedule(
            Mutiny.StatelessSession session, List<CatalogRecord> changed, Instant now) {
        var rows = new JsonArray();
        for (var record : changed) {
            if (record instanceof Destination destination) {
                rows.add(
                        new JsonObject()
                                .put("id", destination.id())
                                .put("enabled", destination.enabled())
                                .put("minutes", destination.frequencyMinutes()));
            }
        }
        return rows.isEmpty()
                ? Uni.createFrom().voidItem()
                : session.createNativeQuery(SCHEDULE)
                        .setParameter("rows", rows.encode())
                        .setParameter("now", now.toString())
                        .executeUpdate()
                        .replaceWithVoid();
    }

    private static Uni<Void> raise(
            Mutiny.StatelessSession session, Organization organization, long revision) {
        return session.createNativeQuery(RAISE)
                .setParameter("revision", revision)
                .setParameter("minutes", organization.frequencyMinutes())
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Uni<Void> update(Mutiny.StatelessSession session, String sql, JsonArray rows) {
        return rows.isEmpty()
                ? Uni.createFrom().voidItem()
                : session.createNativeQuery(sql)
                        .setParameter("rows", rows.encode())
                        .executeUpdate()
                        .replaceWithVoid();
    }
}
