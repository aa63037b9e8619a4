package io.tranship.status;

/// A decoded fact with where it stood in the topic and the bytes to keep.
///
/// @param digest of `bytes`, in hex
record Arrival(
        String digest,
        LoggedFact logged,
        int partition,
        long offset,
        @SuppressWarnings("ArrayRecordComponent") byte[] bytes) {}
