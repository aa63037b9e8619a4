package io.tranship.scheduler;

import java.util.ArrayList;
import java.util.List;

/// Collects what is wrong, so that a sender learns all of it at once.
final class Faults {

    /// Nobody reads more; the rest is only counted.
    private static final int FAULTS_MAX = 100;

    private final List<Fault> found = new ArrayList<>();
    private int dropped;

    void add(String field, String detail) {
        if (found.size() < FAULTS_MAX) {
            found.add(new Fault(field, detail));
        } else {
            dropped++;
        }
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<Fault> list() {
        if (dropped == 0) {
            return List.copyOf(found);
        }
        var all = new ArrayList<>(found);
        all.add(new Fault("", "and %d more".formatted(dropped)));
        return List.copyOf(all);
    }

    /// Goes on only when nothing was found.
    void raise(String what) {
        if (!isEmpty()) {
            throw new ProblemException(Problem.invalid(what, list()));
        }
    }
}
