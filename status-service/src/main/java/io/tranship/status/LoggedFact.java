package io.tranship.status;

import io.tranship.schemas.TransferFact;
import java.time.Instant;

/// A fact with the time at which the broker appended it to the log.
record LoggedFact(TransferFact fact, Instant appendedAt) {}
