package io.tranship.simulation;

import io.smallrye.mutiny.Uni;
import io.tranship.dispatch.Ledger;
import io.tranship.outbox.DirectOutbox;
import io.tranship.outbox.Guard;
import io.tranship.outbox.InboxRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/// The dispatch service: its real ledger on its real database, read and turned as its consumers and
/// its loop do, and killed between any two steps.
final class DispatchService {

    private static final Duration POLL = Duration.ofSeconds(40);

    private final World world;
    private final Program program;
    private final Database database;
    private final LedgerWatch watch;
    private final Topic telemetry;
    private final Topic log;
    private long[] readFirst;
    private final Guard guard = new Guard();
    private final DirectOutbox outbox;
    private final Relay relay;
    private final List<Reader> readers = new ArrayList<>();
    private Ledger ledger;
    private boolean turning;
    private boolean poked;

    /// What a batch does in its transaction.
    private interface Effect {
        Uni<Boolean> apply(Mutiny.StatelessSession session, List<InboxRecord> fresh);
    }

    DispatchService(Program program, Network network, Database database, LedgerWatch watch) {
        this.world = program.world();
        this.program = program;
        this.database = database;
        this.watch = watch;
        telemetry = network.telemetry();
        log = network.transfers();
        readFirst = log.ends();
        outbox = new DirectOutbox(database, () -> program.danger("before a tick's commit"));
        ledger = new Ledger(outbox, world);
        program.onStart(this::begin);
        read(
                network.requests(),
                Duration.ofMillis(300),
                (session, fresh) -> ledger.takeIn(session, fresh).replaceWith(true));
        read(
                network.transfers(),
                Duration.ofMillis(300),
                (session, fresh) -> ledger.read(session, fresh));
        read(
                network.catalog(),
                Duration.ofSeconds(2),
                (session, fresh) -> ledger.copy(session, fresh).replaceWith(true));
        read(
                network.telemetry(),
                Duration.ofSeconds(12),
                (session, fresh) -> ledger.hear(session, fresh, world.instant()));
        relay = new Relay(program, outbox, network::topic);
    }

    Program program() {
        return program;
    }

    Relay relay() {
        return relay;
    }

    List<Reader> readers() {
        return readers;
    }

    /// Nothing to read but telemetry, nothing to send.
    boolean isQuiet() {
        return readers.subList(0, 3).stream().allMatch(Reader::isAtEnd)
                && outbox.unsent(1).isEmpty();
    }

    private void read(Topic topic, Duration slowest, Effect effect) {
        readers.add(
                new Reader(
                        program,
                        topic,
                        slowest,
                        entries -> consume(topic, Network.consumed(topic, entries), effect)));
    }

    private void begin() {
        ledger = new Ledger(outbox, world);
        turning = false;
        poked = false;
        readFirst = log.ends();
        poll();
    }

    private void poll() {
        poke();
        relay.poke();
        program.later(POLL, this::poll);
    }

    /// Guard, effect and outbox rows in one transaction; then the pokes.
    private void consume(Topic topic, List<InboxRecord> records, Effect effect) {
        if (isNoise(topic, records)) {
            return;
        }
        var applied = new ArrayList<InboxRecord>();
        var changed =
                database.inTransaction(
                        session ->
                                guard.fresh(session, "dispatch", records)
                                        .invoke(applied::addAll)
                                        .chain(fresh ->
                                                fresh.isEmpty()
                                                        ? Uni.createFrom().item(false)
                                                        : effect.apply(session, fresh)),
                        () -> program.danger("before the commit of a batch of " + topic.name()));
        if (topic != telemetry) {
            world.tell("dispatch applied %s of %d", applied, records.size());
        }
        watch.applied(topic, applied);
        program.danger("after the commit of a batch of " + topic.name());
        relay.poke();
        if (changed || topic == log) {
            poke();
        }
    }

    /// Of telemetry only rooms concern the ledger; for the rest there is no transaction.
    private boolean isNoise(Topic topic, List<InboxRecord> records) {
        return topic == telemetry && records.stream().noneMatch(Ledger::concerns);
    }

    /// Like the service, it dispatches nothing before it has read the log as it found it.
    private void poke() {
        if (!readers.get(1).hasPassed(readFirst)) {
            return;
        }
        if (turning) {
            poked = true;
        } else {
            turning = true;
            program.later(world.between(0, 5), this::tick);
        }
    }

    private void tick() {
        poked = false;
        var ticked = ledger.tick(world.instant());
        watch.fleetHas(ticked.fleetRoom());
        for (var dispatched : ticked.dispatched()) {
            world.tell("dispatched %s epoch %d", dispatched.transferId(), dispatched.epoch());
        }
        watch.dispatched(ticked.dispatched());
        if (!ticked.readsMore()) {
            watch.nobodySleeps(ledger);
        }
        program.danger("after a tick's commit");
        relay.poke();
        turning = false;
        if (ticked.readsMore() || poked) {
            poke();
        }
    }
}
