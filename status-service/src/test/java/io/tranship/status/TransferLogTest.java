package io.tranship.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.RunEnd;
import io.tranship.schemas.SeededTest;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Orphaned;
import io.tranship.schemas.TransferFacts;
import io.tranship.status.TransferLog.Kept;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TransferLogTest {

    private final Logs log = new Logs();

    /// What the tables keep between two batches.
    private static final class Tables {
        final LinkedHashMap<String, Kept> deciding = new LinkedHashMap<>();
        final Set<String> known = new HashSet<>();
        final List<TransferLog.Entry> history = new ArrayList<>();
        TransferRecord record;

        Tables(LoggedFact first) {
            record = TransferRecord.unknown(first.fact().transferId(), first.appendedAt());
        }

        void take(List<LoggedFact> batch) {
            var log =
                    new TransferLog(
                            record.id(), record.seenAt(), List.copyOf(deciding.values()), known);
            assertThat(log.record()).isEqualTo(record);
            for (var logged : batch) {
                log.add(Logs.digest(logged.fact()), logged);
            }
            for (var entry : log.added()) {
                known.add(entry.digest());
                history.add(entry);
                if (entry.decides()) {
                    deciding.put(entry.digest(), new Kept(entry.digest(), entry.logged()));
                }
            }
            log.superseded().forEach(deciding::remove);
            record = log.record();
        }
    }

    @SeededTest(tries = 300)
    void howALogIsCutIntoBatchesMakesNoDifference(RandomGenerator random) {
        var facts = Logs.logged(TransferFacts.anyLog(random));
        var tables = new Tables(facts.getFirst());
        for (int from = 0; from < facts.size(); ) {
            var to = Math.min(facts.size(), from + 1 + random.nextInt(4));
            tables.take(facts.subList(from, to));
            from = to;
        }

        assertThat(tables.record).isEqualTo(TransferRecord.fold(facts));
    }

    /// Stronger than the record's own law: also a fact that was void when it came, and would not be
    /// void now.
    @SeededTest(tries = 500)
    void aFactAlreadyKnownChangesNothingInAnyOrder(RandomGenerator random) {
        var facts = Logs.logged(TransferFacts.anyFacts(random));
        if (facts.isEmpty()) {
            return;
        }
        var tables = new Tables(facts.getFirst());
        tables.take(facts);
        var before = tables.record;
        var historyBefore = List.copyOf(tables.history);

        tables.take(List.of(facts.get(random.nextInt(facts.size()))));

        assertThat(tables.record).isEqualTo(before);
        assertThat(tables.history).isEqualTo(historyBefore);
    }

    @Test
    void aFactAfterTheEndIsKeptAndMarkedVoid() {
        var facts = new ArrayList<TransferFact>(log.success());
        facts.add(new Orphaned(log.id, Logs.EPOCH));
        var logged = Logs.logged(facts);
        var tables = new Tables(logged.getFirst());

        tables.take(logged);

        assertThat(tables.history).hasSize(7);
        assertThat(tables.history.getLast().isVoid()).isTrue();
        assertThat(tables.history.subList(0, 6)).noneMatch(TransferLog.Entry::isVoid);
    }

    @Test
    void factsOfASecondRunAreVoid() {
        var twin = new Logs(log.id, log.destinationId);
        var logged =
                Logs.logged(
                        List.of(
                                log.requested(),
                                log.dispatched(),
                                log.started(),
                                twin.started(),
                                twin.success("orders"),
                                twin.finished(RunEnd.COMPLETED)));
        var tables = new Tables(logged.getFirst());

        tables.take(logged);

        assertThat(tables.history.stream().map(TransferLog.Entry::isVoid))
                .containsExactly(false, false, false, true, true, true);
    }

    @Test
    void ofManyBlockedFactsOnlyTheLastIsNeededToGoOn() {
        var facts = new ArrayList<TransferFact>();
        facts.add(log.requested());
        for (int turn = 1; turn <= 100; turn++) {
            facts.add(log.blocked(turn, "source:s" + turn));
        }
        var logged = Logs.logged(facts);
        var tables = new Tables(logged.getFirst());

        tables.take(logged.subList(0, 50));
        tables.take(logged.subList(50, logged.size()));

        assertThat(tables.deciding).hasSize(2);
        assertThat(tables.history).hasSize(101);
    }
}
