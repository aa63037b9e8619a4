package io.tranship.scheduler;

import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.CatalogRecord.Organization;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Source;

/// What the catalog holds many of. The order is that of publication: what is referred to comes
/// first.
enum Kind {
    SOURCE("source"),
    RECIPIENT("recipient"),
    MODEL("model"),
    DESTINATION("destination");

    private final String word;

    Kind(String word) {
        this.word = word;
    }

    static Kind of(CatalogRecord thing) {
        return switch (thing) {
            case Source _ -> SOURCE;
            case Recipient _ -> RECIPIENT;
            case Model _ -> MODEL;
            case Destination _ -> DESTINATION;
            case Organization _ ->
                    throw new IllegalArgumentException(
                            "there is one organization, no section of it");
        };
    }

    /// As in [CatalogRecord#kind()].
    String word() {
        return word;
    }

    /// Its list in the catalog file, and its path in the API.
    String section() {
        return word + "s";
    }

    boolean holds(CatalogRecord thing) {
        return thing.kind().equals(word);
    }
}
