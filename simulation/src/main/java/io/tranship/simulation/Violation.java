package io.tranship.simulation;

/// The system did what it must never do.
public final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1;

    Violation(String invariant) {
        super(invariant);
    }
}
