package io.tranship.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CatalogTest {

    private final TransferId id = new TransferId(new UUID(1, 1));
    private final Vendor vendor =
            new Vendor()
                    .source("app", 10)
                    .source("billing", 4)
                    .model("invoices", "billing")
                    .model("orders", "app")
                    .model("secrets", "app")
                    .destination("acme", "acme", 2, "invoices", "orders");

    @Test
    void noModelsMeansAllThatTheDestinationTakes() {
        var resolved = resolved("acme");

        assertThat(resolved.target().models()).containsExactly("invoices", "orders");
        assertThat(resolved.target().sourceIds()).containsExactly("billing", "app");
        assertThat(resolved.installation()).isEqualTo("installation-1");
    }

    @Test
    void aTransferThatReadsTwoSourcesNeedsASlotAtEach() {
        assertThat(resolved("acme").needs())
                .containsExactly(
                        new Need(Resource.destination("acme"), 2),
                        new Need(Resource.model("acme", "invoices"), 1),
                        new Need(Resource.model("acme", "orders"), 1),
                        new Need(Resource.source("billing"), 4),
                        new Need(Resource.source("app"), 10));
    }

    @Test
    void anUnknownDestinationIsNamed() {
        var error = unresolved("nowhere");

        assertThat(error.error().code()).isEqualTo(ErrorCode.UNKNOWN_DESTINATION.code());
        assertThat(error.error().message()).contains("'nowhere'");
    }

    @Test
    void aModelThatTheDestinationDoesNotTakeIsNamed() {
        var error = unresolved("acme", "invoices", "secrets");

        assertThat(error.error().code()).isEqualTo(ErrorCode.UNKNOWN_MODEL.code());
        assertThat(error.error().message()).contains("'secrets'", "'acme'");
    }

    @Test
    void aNewerRevisionIsAwaited() {
        var request =
                Vendor.under(Vendor.ask(id, "acme", TransferKind.TRANSFER), vendor.revision() + 1);

        assertThat(vendor.catalog().resolve(request))
                .isEqualTo(new Resolution.Ahead(vendor.revision() + 1));
    }

    @Test
    void whatIsDeletedIsUnknown() {
        var deleted =
                vendor.catalog()
                        .with(Map.of("destination:acme", Optional.empty()), 2, vendor.revision());

        assertThat(deleted.resolve(Vendor.ask(id, "acme", TransferKind.TRANSFER)))
                .isInstanceOf(Resolution.Unresolved.class);
    }

    @Test
    void aResourceMayBeTypedByName() {
        assertThat(vendor.catalog().resource("destination:acme"))
                .isEqualTo(Resource.destination("acme"));
        assertThat(vendor.catalog().resource("fleet")).isEqualTo(Resource.FLEET);
    }

    private Resolution.Resolved resolved(String destination, String... models) {
        return (Resolution.Resolved)
                vendor.catalog()
                        .resolve(Vendor.ask(id, destination, TransferKind.TRANSFER, models));
    }

    private Resolution.Unresolved unresolved(String destination, String... models) {
        return (Resolution.Unresolved)
                vendor.catalog()
                        .resolve(Vendor.ask(id, destination, TransferKind.TRANSFER, models));
    }
}
