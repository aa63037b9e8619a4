package io.tranship.schemas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/// Every schema under which a record was ever written: `history/<name>/<n>.avsc`, each complete in
/// itself, so that bytes of any release can be read for ever.
final class SchemaHistory {

    private SchemaHistory() {}

    /// Oldest first.
    static List<Schema> of(String name) {
        var schemas = new ArrayList<Schema>();
        for (int n = 1; ; n++) {
            try (var file =
                    SchemaHistory.class.getResourceAsStream(
                            "history/%s/%d.avsc".formatted(name, n))) {
                if (file == null) {
                    return schemas;
                }
                schemas.add(new Schema.Parser().parse(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
