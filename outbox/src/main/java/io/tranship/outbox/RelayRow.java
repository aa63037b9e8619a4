package io.tranship.outbox;

/// A row of the outbox table that waits to be published.
record RelayRow(long id, OutboxRecord content) {}
