package io.tranship.schemas;

/// A model, by name, at the revision under which it was dispatched.
public record ModelRevision(String model, long revision) {}
