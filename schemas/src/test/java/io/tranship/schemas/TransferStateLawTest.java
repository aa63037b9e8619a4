package io.tranship.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.TransferFact.Dispatched;
import io.tranship.schemas.TransferFact.FinalFact;
import io.tranship.schemas.TransferFact.Started;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// What holds for every log.
class TransferStateLawTest {

    @SeededTest(tries = 3000)
    void aFactAlreadyKnownChangesNothing(RandomGenerator random) {
        var log = TransferFacts.anyLog(random);
        var state = fold(log);
        var known = Any.of(random, log);

        assertThat(state.after(known)).isEqualTo(state);
    }

    @SeededTest(tries = 3000)
    void aFactToldTwiceAnywhereInTheLogChangesNothing(RandomGenerator random) {
        var log = TransferFacts.anyLog(random);
        var again = new ArrayList<>(log);
        var known = random.nextInt(log.size());
        again.add(known + 1 + random.nextInt(log.size() - known), log.get(known));

        assertThat(fold(again)).isEqualTo(fold(log));
    }

    @SeededTest(tries = 3000)
    void whatIsFinalAbsorbs(RandomGenerator random) {
        var state = TransferState.EMPTY;
        for (var fact : TransferFacts.anyFacts(random)) {
            var next = state.after(fact);

            if (state.status().isFinal()) {
                assertThat(next).isSameAs(state);
                assertThat(state.isVoid(fact)).isTrue();
            }
            state = next;
        }
    }

    @SeededTest(tries = 3000)
    void theFirstFinalFactThatIsNotVoidWins(RandomGenerator random) {
        var log = TransferFacts.anyFacts(random);
        var state = TransferState.EMPTY;
        FinalFact first = null;
        for (var fact : log) {
            if (first == null && fact instanceof FinalFact end && !state.isVoid(fact)) {
                first = end;
            }
            state = state.after(fact);
        }

        assertThat(state.end()).isEqualTo(first);
        assertThat(state.status().isFinal()).isEqualTo(first != null);
    }

    @SeededTest(tries = 3000)
    void whatIsVoidChangesNothing(RandomGenerator random) {
        var state = TransferState.EMPTY;
        for (var fact : TransferFacts.anyFacts(random)) {
            if (state.isVoid(fact)) {
                assertThat(state.after(fact)).isSameAs(state);
            }
            state = state.after(fact);
        }
    }

    @SeededTest(tries = 1000)
    void everyReaderOfTheBytesReachesTheSameState(RandomGenerator random) throws Exception {
        var log = TransferFacts.anyLog(random);
        var read = new ArrayList<TransferFact>();
        for (var fact : log) {
            read.add(FactCodec.decode(FactCodec.encode(fact)));
        }

        assertThat(fold(read)).isEqualTo(fold(log));
        assertThat(TransferStatus.of(read)).isEqualTo(fold(log).status());
        assertThat(fold(read).error()).isEqualTo(fold(log).error());
    }

    @SeededTest(tries = 1000)
    void whoReadsOnFromAStateReachesTheSame(RandomGenerator random) {
        var log = TransferFacts.anyLog(random);
        var read = random.nextInt(log.size());
        var state = fold(log.subList(0, read));
        for (var fact : log.subList(read, log.size())) {
            state = state.after(fact);
        }

        assertThat(state).isEqualTo(fold(log));
    }

    @SeededTest(tries = 3000)
    void theEndSaysWhyUnlessItIsASuccessOrWanted(RandomGenerator random) {
        var state = fold(TransferFacts.anyFacts(random));

        assertThat(state.error() != null)
                .isEqualTo(
                        EnumSet.of(
                                        TransferStatus.ERROR,
                                        TransferStatus.PARTIAL_FAILURE,
                                        TransferStatus.EXPIRED,
                                        TransferStatus.ORPHANED)
                                .contains(state.status()));
    }

    @SeededTest(tries = 3000)
    void aStateKeepsNoMoreThanTheOrderNames(RandomGenerator random) {
        var log = TransferFacts.anyFacts(random);
        var state = fold(log);

        assertThat(state.results().size())
                .isLessThanOrEqualTo(
                        state.dispatched() == null ? 0 : state.dispatched().models().size());
    }

    @SeededTest(tries = 3000)
    void cancelledNeverStartedAndKilledDid(RandomGenerator random) {
        var state = fold(TransferFacts.anyLog(random));

        switch (state.status()) {
            case PENDING, CANCELLED, EXPIRED -> assertThat(state.started()).isNull();
            case RUNNING, KILLED, ORPHANED, SUCCESS, PARTIAL_FAILURE ->
                    assertThat(state.started()).isNotNull();
            case ERROR -> {}
        }
    }

    @Test
    void theGeneratedLogsReachEveryStatusAndHoldWhatIsVoid() {
        var reached = EnumSet.noneOf(TransferStatus.class);
        var voids = 0;
        var seeds = new java.util.SplittableRandom(1);
        for (int i = 0; i < 3000; i++) {
            var log = TransferFacts.anyLog(seeds);
            reached.add(fold(log).status());
            var state = TransferState.EMPTY;
            for (var fact : log) {
                voids += state.isVoid(fact) ? 1 : 0;
                state = state.after(fact);
            }
        }

        assertThat(reached).containsExactlyInAnyOrder(TransferStatus.values());
        assertThat(voids).isGreaterThan(1000);
    }

    @SeededTest(tries = 1000)
    void inAGeneratedLogNoFactIsBeforeItsCause(RandomGenerator random) {
        var log = TransferFacts.anyLog(random);
        var dispatched = indexOf(log, Dispatched.class);
        var started = indexOf(log, Started.class);

        assertThat(log.getFirst()).isInstanceOf(TransferFact.Requested.class);
        assertThat(started == -1 || dispatched < started).isTrue();
        assertThat(indexOf(log, TransferFact.ModelFinished.class) == -1 || started >= 0).isTrue();
    }

    private static int indexOf(List<TransferFact> log, Class<? extends TransferFact> type) {
        return log.stream().map(TransferFact::getClass).toList().indexOf(type);
    }

    private static TransferState fold(List<TransferFact> log) {
        var state = TransferState.EMPTY;
        for (var fact : log) {
            state = state.after(fact);
        }
        return state;
    }
}
