package io.tranship.simulation;

/// A process is killed in the middle of a step: what it had not committed is lost.
public final class Crash extends RuntimeException {

    private static final long serialVersionUID = 1;

    Crash(String where) {
        super(where, null, false, false);
    }
}
