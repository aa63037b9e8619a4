package io.tranship.benchmarks.data;

import io.tranship.benchmarks.Db;
import io.tranship.benchmarks.Progress;
import io.tranship.benchmarks.Results;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedCollection;

/// All tenant's rows into an empty table: Tranship, and what a user would pick instead, take turns
/// on the same two servers.
final class BackfillBench {

    private final DataStand stand;
    private final DataSizes sizes;
    private final TranshipBackfill one;
    private final TranshipBackfill two;
    private final List<Contender> contenders = new ArrayList<>();
    private final SequencedCollection<String> out = new LinkedHashSet<>();
    private final Turns turns = new Turns();

    BackfillBench(DataStand stand, Dispatcher dispatcher, Orders orders, DataSizes sizes) {
        this.stand = stand;
        this.sizes = sizes;
        this.one = new TranshipBackfill(dispatcher, orders, 1);
        this.two = new TranshipBackfill(dispatcher, orders, 2);
        contenders.add(new BareLoop(stand, 1));
        contenders.add(one);
        addPsql();
        contenders.add(new BareLoop(stand, 2));
        contenders.add(two);
        contenders.add(new JdbcBatches(stand));
        addPgloader();
        var only = System.getProperty("tranship.bench.only");
        if (only != null) {
            contenders.removeIf(each -> !List.of(only.split(",")).contains(each.name()));
        }
    }

    private void addPsql() {
        Programs.psql()
                .ifPresentOrElse(
                        psql -> {
                            contenders.add(new PsqlPipe(stand, psql, "binary"));
                            contenders.add(new PsqlPipe(stand, psql, "text"));
                        },
                        () ->
                                Progress.say(
                                        "psql is not on this machine (Debian: postgresql-client), so its pipe is left out"));
    }

    private void addPgloader() {
        Programs.named("pgloader")
                .ifPresentOrElse(
                        program -> contenders.add(new Pgloader(stand, program)),
                        () ->
                                Progress.say(
                                        "pgloader is not on this machine (Debian: pgloader), so it is left out"));
    }

    /// The order turns with each round, so that nobody is always the one behind the slow one.
    void run(Results results) throws Exception {
        for (var round = 0; round < sizes.rounds(); round++) {
            var order = new ArrayList<>(contenders);
            Collections.rotate(order, -round);
            for (var each : order) {
                if (!out.contains(each.name()) && !(each.isSlow() && round >= sizes.slowRounds())) {
                    turn(each);
                }
            }
        }
        new BackfillFigures(turns, sizes.rows()).addTo(results, one.runs(), two.runs());
    }

    /// One backfill and one bare loop, for the memory of a runner that carries much.
    void runLarge(Results results) throws Exception {
        turn(new BareLoop(stand, 1));
        turn(one);
        BackfillFigures.addLarge(
                results, sizes.largeRows(), turns.last("backfill_bare_loop"), one.runs().getLast());
    }

    private void turn(Contender contender) throws Exception {
        stand.clear("landing");
        Taken taken;
        try {
            taken = contender.carry();
        } catch (java.io.IOException e) {
            // A program of another maker that does not work here is no reason to measure nothing.
            out.add(contender.name());
            Progress.say(
                    "%s failed and is left out: %s".formatted(contender.name(), e.getMessage()));
            return;
        }
        check(contender);
        Progress.say("%s: %.2f s".formatted(contender.name(), taken.seconds()));
        if (contender == two && !two.usesStreams()) {
            out.add(two.name());
            Progress.say("no second stream was seen at work, so two streams are left out");
            return;
        }
        turns.add(contender.name(), taken);
    }

    private void check(Contender contender) throws SQLException {
        try (var connection = stand.destination()) {
            var found = Db.number(connection, "select count(*) from " + DataStand.LANDING);
            if (found != sizes.tenantRows()) {
                throw new IllegalStateException(
                        "%s carried %d rows of %d"
                                .formatted(contender.name(), found, sizes.tenantRows()));
            }
        }
    }
}
