package io.tranship.connectors;

import java.util.List;

/// The source's rows in parts, as one statement saw them.
///
/// @param settled rows that the last transfer had to bring
/// @param later rows that changed since, and are there
/// @param laterKeys of rows that changed since, those that were marked as deleted too
public record SourcePrints(PartDigests settled, PartDigests later, List<List<String>> laterKeys) {}
