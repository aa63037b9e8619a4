package io.tranship.worker.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.Actor;
import io.tranship.schemas.RunEnd;
import io.tranship.schemas.SeededTest;
import io.tranship.schemas.Target;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFacts;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class LogMemoryTest {

    private static final Instant T0 = Instant.parse("2026-11-23T00:00:00Z");
    private static final Duration HORIZON = Duration.ofHours(6);
    private static final Duration FINALS = Duration.ofMinutes(10);

    private final LogMemory memory = new LogMemory(HORIZON, FINALS, 1_000);

    @SeededTest(tries = 300)
    void whatIsRememberedDecidesAsTheWholeLogDoes(RandomGenerator random) {
        var fresh = new LogMemory(HORIZON, FINALS, 1_000);
        var whole = TransferState.EMPTY;
        for (var fact : TransferFacts.anyLog(random)) {
            fresh.hear(fact, T0);
            whole = whole.after(fact);
            var lean = fresh.of(fact.transferId());

            assertThat(lean.started()).isEqualTo(whole.started());
            assertThat(lean.cancelRequested()).isEqualTo(whole.cancelRequested());
            assertThat(lean.end()).isEqualTo(whole.end());
            assertThat(lean.dispatched() == null).isEqualTo(whole.dispatched() == null);
        }
    }

    @Test
    void aCancelIsRememberedUntilNoOrderCanCome() {
        memory.hear(new CancelRequested(id(1), Actor.SCHEDULE), T0);

        memory.hear(dispatched(2), T0.plus(HORIZON));
        assertThat(memory.of(id(1)).cancelRequested()).isTrue();

        memory.hear(dispatched(3), T0.plus(HORIZON).plusMillis(1));
        assertThat(memory.of(id(1))).isEqualTo(TransferState.EMPTY);
    }

    @Test
    void whatIsOverIsForgottenSooner() {
        memory.hear(dispatched(1), T0);
        memory.hear(new Finished(id(1), 1, null, RunEnd.NOT_STARTED, null), T0);

        memory.hear(dispatched(2), T0.plus(FINALS).plusMillis(1));

        assertThat(memory.of(id(1))).isEqualTo(TransferState.EMPTY);
        assertThat(memory.size()).isEqualTo(1);
    }

    @Test
    void aTransferOfThisLauncherIsNotForgotten() {
        memory.keep(id(1));
        memory.hear(dispatched(1), T0);

        memory.hear(dispatched(2), T0.plus(HORIZON.multipliedBy(3)));
        assertThat(memory.of(id(1)).dispatched()).isNotNull();

        memory.release(id(1));
        memory.hear(dispatched(3), T0.plus(HORIZON.multipliedBy(3)));
        assertThat(memory.of(id(1)).dispatched()).isNull();
    }

    @Test
    void whatIsKeptTwiceIsReleasedTwice() {
        memory.keep(id(1));
        memory.keep(id(1));

        memory.release(id(1));
        assertThat(memory.isKept(id(1))).isTrue();

        memory.release(id(1));
        assertThat(memory.isKept(id(1))).isFalse();
    }

    @Test
    void itsSizeHasABoundAndTheBoundIsCounted() {
        var small = new LogMemory(HORIZON, FINALS, 3);
        small.keep(id(0));

        for (var n = 0; n < 10; n++) {
            small.hear(dispatched(n), T0);
        }

        assertThat(small.size()).isLessThanOrEqualTo(3);
        assertThat(small.boundHits()).isPositive();
        assertThat(small.of(id(0)).dispatched()).isNotNull();
        assertThat(small.of(id(9)).dispatched()).isNotNull();
    }

    @Test
    void aFactAlreadyKnownIsNoNews() {
        assertThat(memory.hear(dispatched(1), T0)).isTrue();
        assertThat(memory.hear(dispatched(1), T0)).isFalse();
    }

    private static Dispatched dispatched(int n) {
        return new Dispatched(
                id(n), 1, new Target("d", "d", "r", List.of(), List.of()), List.of(), T0);
    }

    private static TransferId id(int n) {
        return new TransferId(new UUID(0, n));
    }
}
