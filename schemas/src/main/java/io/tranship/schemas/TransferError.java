package io.tranship.schemas;

/// Why something failed, in words of our own: never a row value, never a secret, never a server's
/// message.
///
/// @param code stable, `TRN-…`, listed in docs/errors.md
/// @param title what the code means, the same for every occurrence
/// @param message names the thing, the value found and the way out
public record TransferError(String code, String title, Blame blame, String message) {}
