package io.tranship.dispatch;

/// How much one tick looks at.
///
/// @param waitingMax new transfers, and waiters in all lines together
/// @param lineMax waiters of one line, and as many of those past the wait bound. A line that has
///   more and still has room is read again in the next tick
record TickSize(int waitingMax, int lineMax) {

    static TickSize of(int waitingMax) {
        return new TickSize(waitingMax, 8);
    }

    TickSize {
        if (waitingMax < lineMax) {
            throw new IllegalArgumentException(
                    "tranship.tick-max is %d; a tick has to look at %d waiting transfers at least"
                            .formatted(waitingMax, lineMax));
        }
    }

    int linesMax() {
        return waitingMax / lineMax;
    }
}
