package io.tranship.connectors;

/// Count and digest of rows in a canonical text form, whatever their order.
public record TableDigest(long rows, String digest) {}
