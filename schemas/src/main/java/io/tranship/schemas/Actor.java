package io.tranship.schemas;

/// Who asked: a `user`, the `schedule`, an outside `producer`, or the `platform` itself.
public record Actor(String type, String id) {

    public static final Actor SCHEDULE = new Actor("schedule", "scheduler-service");

    /// The sweep, which cancels what runs for longer than anything may.
    public static final Actor PLATFORM = new Actor("platform", "status-service");

    /// Whoever wrote a request to the topic and did not say who.
    public static final Actor PRODUCER = new Actor("producer", "unknown");
}
