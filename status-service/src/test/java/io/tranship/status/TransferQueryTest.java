package io.tranship.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tranship.schemas.TransferStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransferQueryTest {

    private static TransferQuery query(String name, String... values) {
        return TransferQuery.of(new Parameters(Map.of(name, List.of(values))));
    }

    @Test
    void withoutParametersTheTenNewestAreMeant() {
        var query = TransferQuery.of(new Parameters(Map.of()));

        assertThat(query.pageSize()).isEqualTo(10);
        assertThat(query.order()).isEqualTo(TransferQuery.Order.NEWEST_FIRST);
    }

    @ParameterizedTest
    @CsvSource({
        "page_size, 0",
        "page_size, 101",
        "page_size, ten",
        "status, DONE",
        "kind, COPY",
        "tag, blue",
        "submitted_after, yesterday",
        "submitted_before, 2026-11-23",
        "ended_after, +999999-01-01T00:00:00Z",
        "submitted_after, 0001-01-01T00:00:00+18:00",
        "submitted_before, 9999-12-31T23:59:59-18:00",
        "order, id",
        "cursor, abc",
        "cursor, %%%",
        "stauts, RUNNING"
    })
    void aBadParameterIsNamedWithItsValue(String name, String value) {
        assertThatThrownBy(() -> query(name, value))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> {
                            assertThat(refused.problem().status()).isEqualTo(400);
                            assertThat(refused.problem().errors())
                                    .singleElement()
                                    .satisfies(fault -> {
                                        assertThat(fault.field()).isEqualTo(name);
                                        assertThat(fault.detail()).contains("'" + value + "'");
                                    });
                        });
    }

    @Test
    void aCursorOfATimeThatNoColumnTakesIsRefused() {
        var place =
                new TransferQuery.Place(
                        TransferQuery.Order.NEWEST_FIRST, Instant.MAX, new UUID(1, 2));

        assertThatThrownBy(() -> query("cursor", place.cursor())).hasMessageContaining("cursor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "a\ud800"})
    void whatNoColumnHoldsIsRefusedInEveryFilter(String text) {
        for (var name : List.of("destination", "source", "recipient", "model")) {
            assertThatThrownBy(() -> query(name, text)).hasMessageContaining(name);
        }
        assertThatThrownBy(() -> query("tag", "a:" + text)).hasMessageContaining("tag");
    }

    @Test
    void aSingleFilterGivenTwiceIsRefused() {
        assertThatThrownBy(() -> query("kind", "TRANSFER", "RESTORE"))
                .hasMessageContaining("kind: 'TRANSFER,RESTORE' is more than one value");
    }

    @Test
    void severalStatusesAreAnyOfThem() {
        assertThat(query("status", "running", "PENDING").statuses())
                .containsExactly(TransferStatus.RUNNING, TransferStatus.PENDING);
    }

    @Test
    void aCursorLeadsBackToItsPlaceAndFitsItsOrderOnly() {
        var place =
                new TransferQuery.Place(
                        TransferQuery.Order.NEWEST_FIRST,
                        Instant.parse("2026-11-23T04:05:06.789Z"),
                        new UUID(1, 2));

        assertThat(query("cursor", place.cursor()).after()).isEqualTo(place);
        assertThatThrownBy(() ->
                        TransferQuery.of(
                                new Parameters(
                                        Map.of(
                                                "cursor", List.of(place.cursor()),
                                                "order", List.of("submitted_at")))))
                .hasMessageContaining("cursor");
    }

    @Test
    void noWordOfAUserGetsIntoAStatement() {
        var hostile = "x' or true --";
        var filter = TransferFilter.of(query("destination", hostile));

        assertThat(filter.where()).doesNotContain(hostile);
        assertThat(filter.values()).containsEntry("destination", hostile);
    }
}
