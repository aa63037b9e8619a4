package io.tranship.worker.launch;

import io.tranship.schemas.TransferError;

/// What a launch mode hears of one runner, in this order, from some point on only the last.
sealed interface SandboxEvent {

    /// A runner has its transfer.
    record HandedOver(Sandbox sandbox) implements SandboxEvent {}

    /// It has read it, and work may begin.
    record Accepted() implements SandboxEvent {}

    /// Its own heartbeats get through.
    record Beating() implements SandboxEvent {}

    /// The end that it said is in the log.
    record Finished() implements SandboxEvent {}

    /// Its process is gone.
    record Exited(int code) implements SandboxEvent {}

    /// There is no runner, and there will be none.
    record NotLaunched(TransferError error) implements SandboxEvent {}
}
