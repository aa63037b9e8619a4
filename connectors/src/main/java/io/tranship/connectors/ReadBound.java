package io.tranship.connectors;

import io.tranship.schemas.WatermarkBasis;

/// Up to where a read that starts now is complete. Taken in a transaction of its own, before the
/// read's snapshot.
///
/// @param literal in the source's words, of the last-modified column's type
/// @param instant the same as an RFC 3339 time or PostgreSQL's words for it, with zone
public record ReadBound(String literal, String instant, WatermarkBasis basis) {}
