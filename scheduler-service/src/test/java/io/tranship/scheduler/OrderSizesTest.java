package io.tranship.scheduler;

import static io.tranship.scheduler.CatalogFile.EMPTY;
import static io.tranship.scheduler.CatalogFile.valid;
import static io.tranship.scheduler.CatalogFile.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.Actor;
import io.tranship.schemas.CatalogRecord.Destination;
import io.tranship.schemas.CatalogRecord.Recipient;
import io.tranship.schemas.CatalogRecord.Source;
import io.tranship.schemas.SeededTest;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.WorkOrder;
import io.tranship.schemas.WorkOrderCodec;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class OrderSizesTest {

    @SeededTest(tries = 100)
    void anOrderIsNeverLargerAndNotMuchSmaller(RandomGenerator random) {
        var models =
                IntStream.range(0, 1 + random.nextInt(40))
                        .mapToObj(n -> CatalogFile.model("m" + "x".repeat(random.nextInt(40)) + n))
                        .toList();
        var catalog = CatalogFile.plan(EMPTY, with(valid(), "models", models)).after();
        var destination = catalog.destinations().getFirst();

        var bytes = WorkOrderCodec.encode(order(catalog, destination)).length;

        assertThat(new OrderSizes(catalog).bytesMax(destination))
                .isBetween((long) bytes, bytes + 1_100L + 20L * models.size());
    }

    @Test
    void anOrderConcernsWhoeverIsInIt() {
        var catalog = CatalogFile.plan(EMPTY, valid()).after();
        var destination = catalog.destinations().getFirst();
        for (var record : catalog.all()) {
            assertThat(new OrderSizes(catalog).concerns(Set.of(record.id()), destination)).isTrue();
        }
        assertThat(new OrderSizes(catalog).concerns(Set.of("another"), destination)).isFalse();
    }

    private static WorkOrder order(Catalog catalog, Destination destination) {
        var id = new TransferId(new UUID(1, 1));
        return new WorkOrder(
                id,
                Long.MAX_VALUE,
                Instant.EPOCH,
                catalog.organization().id(),
                TransferRequest.plain(id, destination.id(), Actor.SCHEDULE),
                destination,
                (Recipient) catalog.withId(destination.recipient()),
                List.copyOf(catalog.sources()).stream().map(Source.class::cast).toList(),
                catalog.modelsOf(destination));
    }
}
