package io.tranship.scheduler;

import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.Organization;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What has to be published so that the topic says what the database holds.
///
/// The database is right: one restored to an earlier state knows less than the topic, and readers
/// take a record only with a revision that is not smaller than the one they have.
///
/// @param publish in the order of revisions
/// @param revised those of `publish` that got a new revision, to be stored with it
/// @param ghosts keys of the topic that the database does not know
/// @param revision the catalog's, when all of this is published
record CatalogDifference(
        List<CatalogRecord> publish,
        List<CatalogRecord> revised,
        List<String> ghosts,
        Organization organization,
        long revision) {

    CatalogDifference {
        publish = List.copyOf(publish);
        revised = List.copyOf(revised);
        ghosts = List.copyOf(ghosts);
    }

    boolean isEmpty() {
        return publish.isEmpty() && ghosts.isEmpty();
    }

    /// @param published the revisions in the topic, by key
    /// @param revisionMin the clock's milliseconds
    static CatalogDifference of(Catalog catalog, Map<String, Long> published, long revisionMin) {
        var all =
                Stream.concat(Stream.of(catalog.organization()), catalog.all().stream())
                        .sorted(Comparator.comparingLong(CatalogRecord::revision))
                        .toList();
        var known = all.stream().map(CatalogRecord::key).collect(Collectors.toSet());
        var ghosts =
                published.keySet().stream().filter(key -> !known.contains(key)).sorted().toList();
        var greatest = published.values().stream().mapToLong(Long::longValue).max().orElse(0);
        var next = Math.max(Math.max(catalog.revision(), greatest) + 1, revisionMin);
        var asTheyAre = new ArrayList<CatalogRecord>();
        var revised = new ArrayList<CatalogRecord>();
        for (var record : all) {
            var there = published.getOrDefault(record.key(), 0L);
            var isGhostly = !ghosts.isEmpty() && record instanceof Organization;
            if (there > record.revision() || isGhostly) {
                revised.add(revised(record, next++));
            } else if (there < record.revision()) {
                asTheyAre.add(record);
            }
        }
        return new CatalogDifference(
                Stream.concat(asTheyAre.stream(), revised.stream()).toList(),
                revised,
                ghosts,
                organization(catalog, revised),
                revised.isEmpty() ? catalog.revision() : next - 1);
    }

    private static Organization organization(Catalog catalog, List<CatalogRecord> revised) {
        return revised.stream()
                .filter(Organization.class::isInstance)
                .map(Organization.class::cast)
                .findFirst()
                .orElse(catalog.organization());
    }

    private static CatalogRecord revised(CatalogRecord record, long revision) {
        return switch (record) {
            case Organization o ->
                    new Organization(o.id(), o.name(), revision, o.frequencyMinutes());
            case Recipient r -> new Recipient(r.id(), r.name(), revision, r.tenantId());
            case Source s ->
                    new Source(
                            s.id(),
                            s.name(),
                            revision,
                            s.endpoint(),
                            s.maxConcurrentTransfers(),
                            s.maxConcurrentQueriesPerTransfer(),
                            s.lookbackSeconds(),
                            s.maxRowsPerSecond());
            case Model m ->
                    new Model(
                            m.id(),
                            m.name(),
                            revision,
                            m.source(),
                            m.table(),
                            m.tenancy(),
                            m.primaryKey(),
                            m.lastModified(),
                            m.nullLastModified(),
                            m.quarantineRowsMax(),
                            m.columns(),
                            m.deletes(),
                            m.backfillNewColumns());
            case Destination d ->
                    new Destination(
                            d.id(),
                            d.name(),
                            revision,
                            d.recipient(),
                            d.endpoint(),
                            d.models(),
                            d.enabled(),
                            d.frequencyMinutes(),
                            d.maxConcurrentTransfers(),
                            d.maxConcurrentQueriesPerTransfer(),
                            d.readers());
        };
    }
}
