package io.tranship.systemtests;

/// One of the four services of a fleet.
enum Part {
    SCHEDULER("scheduler-service", 1),
    DISPATCH("dispatch-service", 2),
    WORKER("worker-service", 3),
    STATUS("status-service", 0);

    private final String module;
    private final int portOffset;

    Part(String module, int portOffset) {
        this.module = module;
        this.portOffset = portOffset;
    }

    String module() {
        return module;
    }

    int portOffset() {
        return portOffset;
    }

    /// The short name, which is also its database's.
    String shortName() {
        return module.substring(0, module.indexOf('-'));
    }
}
