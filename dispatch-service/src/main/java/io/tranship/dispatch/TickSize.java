package io.tranship.dispatch;

/// How much one tick looks at: of new transfers, and of waiters in all lines together, at most
/// `waitingMax` each.
///
/// @param waitingMax also the most lines
/// @param lineMax waiters of one line. A line that has more and still has room is read again in the
///   next tick
/// @param headsMax recipients of one line that are compared. Of a line with more the next tick
///   compares the ones after them
record TickSize(int waitingMax, int lineMax, int headsMax) {

    /// Work orders of one tick go to the outbox in one statement; the first is always taken.
    static final int ORDER_BYTES_MAX = 8_000_000;

    static TickSize of(int waitingMax) {
        return new TickSize(waitingMax, 64, 64);
    }

    TickSize {
        if (waitingMax < 8) {
            throw new IllegalArgumentException(
                    "tranship.tick-max is %d; a tick has to look at 8 waiting transfers at least"
                            .formatted(waitingMax));
        }
    }

    /// Of those that have just waited past the bound.
    int ageingMax() {
        return waitingMax / 4;
    }
}
