package io.tranship.status;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.StartupEvent;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/// What an operator sees of this service: counters, gauges and one-line logs.
@ApplicationScoped
class StatusMetrics {

    private static final Logger LOG = Logger.getLogger(StatusMetrics.class);

    private final MeterRegistry meters;
    private final Map<TransferStatus, AtomicLong> open = new EnumMap<>(TransferStatus.class);
    private final AtomicLong lag;
    private final AtomicInteger streams;

    StatusMetrics(MeterRegistry meters) {
        this.meters = meters;
        for (var status : TransferStatus.values()) {
            if (!status.isFinal()) {
                open.put(status, gauge("tranship.status.open", Tags.of("status", status.name())));
            }
        }
        lag = gauge("tranship.status.lag.records", Tags.empty());
        streams = new AtomicInteger();
        meters.gauge("tranship.status.streams", streams);
    }

    private AtomicLong gauge(String name, Tags tags) {
        var value = new AtomicLong();
        meters.gauge(name, tags, value);
        return value;
    }

    /// Gauges are there from the beginning.
    void onStart(@Observes StartupEvent starting) {}

    void folded(int news, int known) {
        meters.counter("tranship.status.facts", "what", "folded").increment(news);
        meters.counter("tranship.status.facts", "what", "known").increment(known);
    }

    void open(Map<TransferStatus, Long> counts) {
        open.forEach((status, gauge) -> gauge.set(counts.getOrDefault(status, 0L)));
    }

    void lag(long records) {
        lag.set(records);
    }

    void swept(SweepOutcome outcome) {
        meters.counter("tranship.status.sweeps", "outcome", outcome.name()).increment();
    }

    void ended(TransferFact fact) {
        meters.counter("tranship.status.swept", "type", FactCodec.type(fact)).increment();
        LOG.infof("event=swept type=%s transferId=%s", FactCodec.type(fact), fact.transferId());
    }

    void forgotten(int transfers) {
        meters.counter("tranship.status.forgotten").increment(transfers);
    }

    void sweepTrouble(String what, Throwable trouble) {
        meters.counter("tranship.status.sweep.errors", "what", what).increment();
        LOG.warnf(
                "event=sweep_trouble what=%s trouble=%s", what, trouble.getClass().getSimpleName());
    }

    AtomicInteger streams() {
        return streams;
    }

    void streamRefused() {
        meters.counter("tranship.status.streams.refused").increment();
    }

    void internal(Throwable trouble) {
        meters.counter("tranship.status.http.errors").increment();
        LOG.error("event=http_failed", trouble);
    }
}
