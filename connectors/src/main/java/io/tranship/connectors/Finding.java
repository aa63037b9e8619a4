package io.tranship.connectors;

import io.tranship.schemas.TransferError;

/// One thing that a connection test has to say.
///
/// @param field of the catalog, such as `postgres.password` or `models[invoices].primary_key`
public record Finding(Severity severity, String field, TransferError error) {}
