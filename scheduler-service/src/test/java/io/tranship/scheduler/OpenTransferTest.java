package io.tranship.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.scheduler.OpenTransfer.Verdict;
import io.tranship.schemas.Actor;
import io.tranship.schemas.ModelRevision;
import io.tranship.schemas.SeededTest;
import io.tranship.schemas.TransferFact.CancelRequested;
import io.tranship.schemas.TransferFact.Cancelled;
import io.tranship.schemas.TransferFacts;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferState;
import java.util.ArrayList;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class OpenTransferTest {

    @SeededTest(tries = 500)
    void itEndsWithTheSameFactAsTheWholeLog(RandomGenerator random) {
        var state = TransferState.EMPTY;
        var open = OpenTransfer.UNKNOWN;
        for (var fact : TransferFacts.anyLog(random)) {
            state = state.after(fact);
            open = open.after(fact);

            assertThat(open.hasEnded()).isEqualTo(state.end() != null);
            assertThat(open.state().end()).isEqualTo(state.end());
        }
    }

    /// Only its kept facts outlive a batch.
    @SeededTest(tries = 500)
    void itsKeptFactsAreAllThatItNeeds(RandomGenerator random) {
        var open = OpenTransfer.UNKNOWN;
        for (var fact : TransferFacts.anyLog(random)) {
            var read = OpenTransfer.UNKNOWN;
            for (var kept : open.facts()) {
                read = read.after(kept);
            }
            assertThat(read).isEqualTo(open);
            open = read.after(fact);
        }
        assertThat(open.facts().size()).isLessThanOrEqualTo(5 + open.state().results().size());
    }

    @SeededTest(tries = 500)
    void afterAnEndEveryModelHasArrivedOrIsMissing(RandomGenerator random) {
        var open = OpenTransfer.UNKNOWN;
        for (var fact : TransferFacts.anyLog(random)) {
            open = open.after(fact);
        }
        var outcome = open.outcome();

        assertThat(outcome.arrived()).noneMatch(outcome.missing()::contains);
        if (open.state().dispatched() != null) {
            var both = new ArrayList<>(outcome.arrived());
            both.addAll(outcome.missing());
            assertThat(both)
                    .containsExactlyInAnyOrderElementsOf(
                            open.state().dispatched().models().stream()
                                    .map(ModelRevision::model)
                                    .toList());
        }
        if (outcome.verdict() == Verdict.SUCCEEDED) {
            assertThat(outcome.missing()).isEmpty();
        }
    }

    @Test
    void whatThePlatformCancelsHasFailedAndWhatAUserCancelsHasNot() {
        var id = new TransferId(new UUID(1, 1));
        var user = OpenTransfer.UNKNOWN.after(new CancelRequested(id, new Actor("user", "u")));
        var platform = OpenTransfer.UNKNOWN.after(new CancelRequested(id, Actor.PLATFORM));

        assertThat(user.after(new Cancelled(id)).outcome().verdict()).isEqualTo(Verdict.WITHDRAWN);
        assertThat(platform.after(new Cancelled(id)).outcome().verdict()).isEqualTo(Verdict.FAILED);
    }
}
