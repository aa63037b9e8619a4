package io.tranship.connectors;

import io.tranship.schemas.IntegrityReport;
import java.util.List;

/// What a comparison found. Keys are texts as the side reads them that has the row.
///
/// @param missing keys of the source
/// @param stale keys of the source
/// @param extra keys of the destination
record Differences(
        IntegrityReport report,
        List<List<String>> missing,
        List<List<String>> stale,
        List<List<String>> extra) {

    static Differences none(IntegrityReport report) {
        return new Differences(report, List.of(), List.of(), List.of());
    }
}
