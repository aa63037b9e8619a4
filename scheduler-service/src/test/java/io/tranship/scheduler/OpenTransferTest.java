package io.tranship.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.SeededTest;
import io.tranship.schemas.TransferFacts;
import io.tranship.schemas.TransferState;
import java.util.random.RandomGenerator;

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
        assertThat(open.facts().size()).isLessThanOrEqualTo(4);
    }
}
