package io.tranship.schemas;

import io.tranship.schemas.SingleObjectCodec.Wire;
import io.tranship.schemas.avro.Column;
import io.tranship.schemas.avro.Deletes;
import io.tranship.schemas.avro.Destination;
import io.tranship.schemas.avro.LastModified;
import io.tranship.schemas.avro.Model;
import io.tranship.schemas.avro.NullLastModified;
import io.tranship.schemas.avro.Organization;
import io.tranship.schemas.avro.Recipient;
import io.tranship.schemas.avro.Source;
import io.tranship.schemas.avro.Tenancy;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/// The records of the `catalog` topic.
public final class CatalogCodec {

    private static final SingleObjectCodec<CatalogRecord> WIRE =
            new SingleObjectCodec<>(
                    "catalog record",
                    List.of(
                            new Wire<>(Organization.class, CatalogCodec::java),
                            new Wire<>(Source.class, CatalogCodec::java),
                            new Wire<>(Model.class, CatalogCodec::java),
                            new Wire<>(Recipient.class, CatalogCodec::java),
                            new Wire<>(Destination.class, CatalogCodec::java)));

    private CatalogCodec() {}

    public static byte[] encode(CatalogRecord catalogRecord) {
        return WIRE.encode(
                switch (catalogRecord) {
                    case CatalogRecord.Organization o -> avro(o);
                    case CatalogRecord.Source s -> avro(s);
                    case CatalogRecord.Model m -> avro(m);
                    case CatalogRecord.Recipient r -> avro(r);
                    case CatalogRecord.Destination d -> avro(d);
                });
    }

    public static CatalogRecord decode(byte @Nullable [] bytes) throws UndecodableException {
        return WIRE.decode(bytes);
    }

    private static SpecificRecordBase avro(CatalogRecord.Organization o) {
        return new Organization(o.id(), o.name(), o.revision(), o.frequencyMinutes());
    }

    static Source avro(CatalogRecord.Source s) {
        return new Source(
                s.id(),
                s.name(),
                s.revision(),
                EndpointCodec.avro(s.endpoint()),
                s.maxConcurrentTransfers(),
                s.maxConcurrentQueriesPerTransfer(),
                s.lookbackSeconds(),
                s.maxRowsPerSecond());
    }

    static Model avro(CatalogRecord.Model m) {
        return new Model(
                m.id(),
                m.name(),
                m.revision(),
                m.source(),
                m.table(),
                switch (m.tenancy()) {
                    case CatalogRecord.Tenancy.ByColumn t -> new Tenancy(t.column());
                    case CatalogRecord.Tenancy.BySchema _ -> new Tenancy((String) null);
                },
                m.primaryKey(),
                new LastModified(m.lastModified().column(), m.lastModified().zone()),
                NullLastModified.valueOf(m.nullLastModified().name()),
                m.quarantineRowsMax(),
                m.columns().stream().map(c -> new Column(c.name(), c.as(), c.type())).toList(),
                avro(m.deletes()),
                m.backfillNewColumns());
    }

    private static @Nullable Deletes avro(CatalogRecord.@Nullable Deletes d) {
        return d == null
                ? null
                : new Deletes(d.softColumn(), d.detectMinutes(), d.breakerPercent());
    }

    static Recipient avro(CatalogRecord.Recipient r) {
        return new Recipient(r.id(), r.name(), r.revision(), r.tenantId());
    }

    static Destination avro(CatalogRecord.Destination d) {
        return new Destination(
                d.id(),
                d.name(),
                d.revision(),
                d.recipient(),
                EndpointCodec.avro(d.endpoint()),
                d.models(),
                d.enabled(),
                d.frequencyMinutes(),
                d.maxConcurrentTransfers(),
                d.maxConcurrentQueriesPerTransfer(),
                d.readers());
    }

    private static CatalogRecord java(Organization o) {
        return new CatalogRecord.Organization(
                o.getId(), o.getName(), o.getRevision(), o.getFrequencyMinutes());
    }

    static CatalogRecord.Source java(Source s) {
        return new CatalogRecord.Source(
                s.getId(),
                s.getName(),
                s.getRevision(),
                EndpointCodec.java(s.getEndpoint()),
                s.getMaxConcurrentTransfers(),
                s.getMaxConcurrentQueriesPerTransfer(),
                s.getLookbackSeconds(),
                s.getMaxRowsPerSecond());
    }

    static CatalogRecord.Model java(Model m) {
        return new CatalogRecord.Model(
                m.getId(),
                m.getName(),
                m.getRevision(),
                m.getSource(),
                m.getTable(),
                m.getTenancy().getColumn() == null
                        ? new CatalogRecord.Tenancy.BySchema()
                        : new CatalogRecord.Tenancy.ByColumn(m.getTenancy().getColumn()),
                m.getPrimaryKey(),
                new CatalogRecord.LastModified(
                        m.getLastModified().getColumn(), m.getLastModified().getZone()),
                CatalogRecord.NullLastModified.valueOf(m.getNullLastModified().name()),
                m.getQuarantineRowsMax(),
                m.getColumns().stream()
                        .map(c -> new CatalogRecord.Column(c.getName(), c.getAs(), c.getType()))
                        .toList(),
                java(m.getDeletes()),
                m.getBackfillNewColumns());
    }

    private static CatalogRecord.@Nullable Deletes java(@Nullable Deletes d) {
        return d == null
                ? null
                : new CatalogRecord.Deletes(
                        d.getSoftColumn(), d.getDetectMinutes(), d.getBreakerPercent());
    }

    static CatalogRecord.Recipient java(Recipient r) {
        return new CatalogRecord.Recipient(
                r.getId(), r.getName(), r.getRevision(), r.getTenantId());
    }

    static CatalogRecord.Destination java(Destination d) {
        return new CatalogRecord.Destination(
                d.getId(),
                d.getName(),
                d.getRevision(),
                d.getRecipient(),
                EndpointCodec.java(d.getEndpoint()),
                d.getModels(),
                d.getEnabled(),
                d.getFrequencyMinutes(),
                d.getMaxConcurrentTransfers(),
                d.getMaxConcurrentQueriesPerTransfer(),
                d.getReaders());
    }
}
