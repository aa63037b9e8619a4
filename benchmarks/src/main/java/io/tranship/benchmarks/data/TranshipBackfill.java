package io.tranship.benchmarks.data;

import io.tranship.schemas.UndecodableException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Tranship's own backfill, from the order in Kafka to its end in the log, by a runner that was
/// warm.
final class TranshipBackfill implements Contender {

    /// Emptied by [DataStand#clear] like the landing of the others.
    static final String SCHEMA = "landing";

    private final Dispatcher dispatcher;
    private final Orders orders;
    private final int streams;
    private final List<Ordered> runs = new ArrayList<>();

    TranshipBackfill(Dispatcher dispatcher, Orders orders, int streams) {
        this.dispatcher = dispatcher;
        this.orders = orders;
        this.streams = streams;
    }

    @Override
    public String name() {
        return streams == 1 ? "backfill" : "backfill_%d_streams".formatted(streams);
    }

    @Override
    public boolean isSlow() {
        return false;
    }

    @Override
    public Taken carry() throws SQLException, UndecodableException {
        var run =
                dispatcher.run(
                        orders.order(TenantSet.TENANT, SCHEMA, streams, TenantSet.LOOKBACK_SECONDS),
                        streams > 1);
        runs.add(run);
        return run.taken();
    }

    /// Whether a second statement was ever seen at work beside the first: what is promised for two
    /// streams need not be built yet, and a small table is carried by one statement.
    boolean usesStreams() {
        return runs.stream().anyMatch(run -> run.sessionsMost() >= streams);
    }

    List<Ordered> runs() {
        return runs;
    }
}
