package io.tranship.schemas;

/// Who asked: a `user`, the `schedule`, or an outside `producer`.
public record Actor(String type, String id) {

    public static final Actor SCHEDULE = new Actor("schedule", "scheduler-service");

    /// Whoever wrote a request to the topic and did not say who.
    public static final Actor PRODUCER = new Actor("producer", "unknown");
}
