package io.tranship.schemas;

import java.util.List;

/// Where a transfer goes and what it reads, once the names of a request are resolved.
public record Target(
        String destinationId,
        String destinationName,
        String recipientId,
        List<String> sourceIds,
        List<String> models) {

    public Target {
        sourceIds = List.copyOf(sourceIds);
        models = List.copyOf(models);
    }
}
