package io.tranship.scheduler;

import static io.tranship.scheduler.CatalogFile.EMPTY;
import static io.tranship.scheduler.CatalogFile.valid;
import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.SeededTest;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class CatalogDifferenceTest {

    private final Catalog catalog = CatalogFile.plan(EMPTY, valid()).after();

    @Test
    void aTopicThatSaysTheSameNeedsNothing() {
        assertThat(CatalogDifference.of(catalog, revisions(catalog), 1_000).isEmpty()).isTrue();
    }

    @Test
    void anEmptyTopicGetsEverythingAsItIsInTheOrderOfRevisions() {
        var difference = CatalogDifference.of(catalog, Map.of(), 1_000);

        assertThat(difference.publish())
                .extracting(CatalogRecord::kind)
                .containsExactly("organization", "source", "recipient", "model", "destination");
        assertThat(difference.revised()).isEmpty();
        assertThat(difference.revision()).isEqualTo(catalog.revision());
    }

    /// Whatever the topic holds: afterwards a reader that takes what is not older has the
    /// database's state, and revisions came in order.
    @SeededTest(tries = 300)
    void afterwardsTheTopicSaysWhatTheDatabaseHolds(RandomGenerator random) {
        var published = new HashMap<String, Long>();
        revisions(catalog)
                .forEach((key, revision) -> {
                    if (random.nextInt(4) > 0) {
                        published.put(key, Math.max(0, revision + random.nextInt(-3, 8)));
                    }
                });
        if (random.nextBoolean()) {
            published.put("model:ghost", random.nextLong(100));
        }

        var difference = CatalogDifference.of(catalog, published, random.nextLong(50));

        var copy = new HashMap<>(published);
        var greatestAsTheyAre = catalog.revision();
        for (var record : difference.publish()) {
            assertThat(copy.getOrDefault(record.key(), 0L)).isLessThan(record.revision());
            copy.put(record.key(), record.revision());
        }
        difference.ghosts().forEach(copy::remove);
        var after = new HashMap<>(revisions(catalog));
        difference.revised().forEach(record -> after.put(record.key(), record.revision()));
        assertThat(copy).isEqualTo(after);
        assertThat(difference.publish())
                .extracting(CatalogRecord::revision)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(difference.revised())
                .allMatch(record -> record.revision() > greatestAsTheyAre)
                .allMatch(record -> record.revision() <= difference.revision());
        assertThat(difference.ghosts().isEmpty() || !difference.revised().isEmpty()).isTrue();
    }

    private static Map<String, Long> revisions(Catalog catalog) {
        return Stream.concat(Stream.of(catalog.organization()), catalog.all().stream())
                .collect(Collectors.toMap(CatalogRecord::key, CatalogRecord::revision));
    }
}
