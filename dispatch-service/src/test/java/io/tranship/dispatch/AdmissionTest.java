package io.tranship.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.schemas.SeededTest;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Instant AGED_BEFORE = NOW.minus(Duration.ofMinutes(15));

    private long drawn;
    private final Vendor vendor =
            new Vendor()
                    .source("app", 10)
                    .model("invoices", "app")
                    .model("orders", "app")
                    .destination("acme", "acme")
                    .destination("wide", "wide", 3, "*")
                    .destination("globex", "globex");

    @Test
    void aBlockedHeadLetsTheNextOnePass() {
        var first = waiting("acme", 60);
        var second = waiting("acme", 50);
        var third = waiting("globex", 40);

        assertThat(granted(List.of(first, second, third), Holdings.NONE, 10))
                .containsExactlyInAnyOrder(first, third);
    }

    @Test
    void theRecipientWithTheFewestTransfersGoesFirstThenTheOldest() {
        var older = waiting("acme", 60);
        var younger = waiting("globex", 50);
        var held = new Holdings(Map.of(), Map.of(), Map.of("acme", 1), Map.of());

        assertThat(granted(List.of(older, younger), held, 1)).containsExactly(younger);
        assertThat(granted(List.of(older, younger), Holdings.NONE, 1)).containsExactly(older);
    }

    @Test
    void whoWaitedPastTheBoundGoesFirst() {
        var aged = waiting("acme", 16 * 60);
        var younger = waiting("globex", 50);
        var held = new Holdings(Map.of(), Map.of(), Map.of("acme", 5), Map.of());

        assertThat(granted(List.of(younger, aged), held, 1)).containsExactly(aged);
    }

    @Test
    void noTwoTransfersOfOneModelRunAtOneDestination() {
        var first = waiting("wide", 60, TransferKind.TRANSFER, null, "invoices");
        var same = waiting("wide", 50, TransferKind.TRANSFER, null, "invoices");
        var other = waiting("wide", 40, TransferKind.TRANSFER, null, "orders");

        assertThat(granted(List.of(first, same, other), Holdings.NONE, 10))
                .containsExactlyInAnyOrder(first, other);
    }

    @Test
    void anIntegrityJobRunsBesideNoTransfer() {
        var transfer = waiting("wide", 60, TransferKind.TRANSFER, null, "invoices");
        var integrity = waiting("wide", 50, TransferKind.INTEGRITY, null, "orders");

        var decisions = decide(List.of(transfer, integrity), Holdings.NONE, 10);

        assertThat(decisions)
                .filteredOn(Decision.Park.class::isInstance)
                .extracting(d -> ((Decision.Park) d).resource())
                .containsExactly(Resource.mode("wide", TransferKind.INTEGRITY));
    }

    @Test
    void anIntegrityJobPastTheBoundStopsNewTransfersToItsDestination() {
        var transfer = waiting("wide", 60);
        var due =
                new Holdings(
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(
                                Resource.mode("wide", TransferKind.TRANSFER),
                                new Reservation(
                                        new TransferId(new UUID(1, 1)), NOW.minusSeconds(1_000))));

        assertThat(granted(List.of(transfer), due, 10)).isEmpty();
    }

    @Test
    void aLoweredLimitCountsTheHighNumbersThatAreOut() {
        vendor.destination("wide", "wide", 2, "*");
        var transfer = waiting("wide", 60);
        var held =
                new Holdings(
                        Map.of(Resource.destination("wide"), Set.of(2, 3)),
                        Map.of(),
                        Map.of(),
                        Map.of());

        assertThat(granted(List.of(transfer), held, 10)).isEmpty();
    }

    @Test
    void theLowestFreeNumberIsGranted() {
        var transfer = waiting("wide", 60);
        var held =
                new Holdings(
                        Map.of(Resource.destination("wide"), Set.of(1, 3)),
                        Map.of(),
                        Map.of(),
                        Map.of());

        var grant = (Decision.Grant) decide(List.of(transfer), held, 10).getFirst();

        assertThat(grant.slots()).contains(new Slot(Resource.destination("wide"), 2));
    }

    @Test
    void whoWaitedPastTheBoundHoldsBackWhatItNeedsFromYoungerOnesOnly() {
        vendor.source("billing", 1)
                .model("bills", "billing")
                .source("app", 1)
                .destination("both", "both", 2, "bills", "orders");
        var aged = waiting("both", 16 * 60);
        var younger = waiting("globex", 50);
        var older = waiting("acme", 17 * 60, TransferKind.TRANSFER, null, "invoices");
        var held =
                new Holdings(
                        Map.of(Resource.source("billing"), Set.of(1)),
                        Map.of(),
                        Map.of(),
                        Map.of());

        assertThat(granted(List.of(younger, aged), held, 10)).isEmpty();
        assertThat(granted(List.of(younger, aged, older), held, 10)).containsExactly(older);
    }

    @Test
    void whoWaitsForItsOwnDestinationHoldsNoSourceBack() {
        vendor.source("app", 1);
        var aged = waiting("acme", 16 * 60);
        var younger = waiting("globex", 50);
        var held =
                new Holdings(
                        Map.of(Resource.destination("acme"), Set.of(1)),
                        Map.of(),
                        Map.of(),
                        Map.of());

        assertThat(granted(List.of(younger, aged), held, 10)).containsExactly(younger);
    }

    @Test
    void withoutRoomNothingIsGrantedAndTheFleetIsNamed() {
        var park = (Decision.Park) decide(List.of(waiting("acme", 1)), Holdings.NONE, 0).getFirst();

        assertThat(park.resource()).isEqualTo(Resource.FLEET);
        assertThat(park.limit()).isZero();
    }

    @Test
    void whoIsWokenInVainStaysWhereItWas() {
        var parkedOn = Resource.source("app");
        vendor.source("app", 1);
        var held =
                new Holdings(
                        Map.of(parkedOn, Set.of(1), Resource.destination("acme"), Set.of(1)),
                        Map.of(),
                        Map.of(),
                        Map.of());

        var park =
                (Decision.Park)
                        decide(
                                        List.of(
                                                waiting(
                                                        "acme",
                                                        1,
                                                        TransferKind.TRANSFER,
                                                        parkedOn)),
                                        held,
                                        1)
                                .getFirst();

        assertThat(park.staysWhereItWas()).isTrue();
    }

    /// Whatever waits and whatever is held: no limit is passed, no kinds mix, no number is out
    /// twice, and nobody is left who could have run.
    @SeededTest(tries = 300)
    void whatIsGrantedFitsAndWhatIsParkedDoesNot(RandomGenerator random) {
        for (var name : List.of("acme", "wide", "globex")) {
            vendor.destination(
                    name, name.equals("wide") ? "acme" : name, 1 + random.nextInt(4), "*");
        }
        vendor.source("app", 1 + random.nextInt(5));
        var room = random.nextInt(8);
        var kinds = List.copyOf(EnumSet.allOf(TransferKind.class));
        var waiting = new ArrayList<Candidate>();
        for (var i = 0; i < 1 + random.nextInt(20); i++) {
            waiting.add(
                    waiting(
                            List.of("acme", "wide", "globex").get(random.nextInt(3)),
                            random.nextInt(2_000),
                            kinds.get(random.nextInt(3)),
                            null,
                            List.of("invoices", "orders").get(random.nextInt(2))));
        }

        var decisions = decide(waiting, Holdings.NONE, room);

        assertThat(decisions).hasSize(waiting.size());
        var after = held(decisions, room);
        for (var decision : decisions) {
            if (decision instanceof Decision.Park park) {
                assertThat(Admission.obstacles(park.candidate(), after, room)).isNotEmpty();
            }
        }
        Collections.shuffle(waiting, new java.util.Random(random.nextLong()));
        assertThat(decide(waiting, Holdings.NONE, room)).isEqualTo(decisions);
    }

    private static Holdings held(List<Decision> decisions, int room) {
        var numbers = new HashMap<Resource, Set<Integer>>();
        var modes = new HashMap<String, Set<TransferKind>>();
        var reserved = new HashMap<Resource, Reservation>();
        for (var decision : decisions) {
            if (decision instanceof Decision.Park park) {
                park.takes().forEach(r -> reserved.put(r, Reservation.of(park.waiting())));
            }
            if (decision instanceof Decision.Grant grant) {
                for (var slot : grant.slots()) {
                    assertThat(
                                    numbers.computeIfAbsent(slot.resource(), _ -> new HashSet<>())
                                            .add(slot.n()))
                            .isTrue();
                }
                for (var need : grant.candidate().needs(room)) {
                    assertThat(numbers.get(need.resource())).allMatch(n -> n <= need.limit());
                }
                var kinds =
                        modes.computeIfAbsent(
                                grant.candidate().destination(),
                                _ -> EnumSet.noneOf(TransferKind.class));
                kinds.add(grant.candidate().kind());
                assertThat(kinds).hasSize(1);
            }
        }
        return new Holdings(numbers, modes, Map.of(), reserved);
    }

    private static List<Decision> decide(List<Candidate> candidates, Holdings held, int room) {
        return Admission.decide(candidates, held, room, AGED_BEFORE);
    }

    private static List<Candidate> granted(List<Candidate> candidates, Holdings held, int room) {
        return decide(candidates, held, room).stream()
                .filter(Decision.Grant.class::isInstance)
                .map(decision -> ((Decision.Grant) decision).candidate())
                .toList();
    }

    private Candidate waiting(String destination, int ageSeconds) {
        return waiting(destination, ageSeconds, TransferKind.TRANSFER, null);
    }

    private Candidate waiting(
            String destination,
            int ageSeconds,
            TransferKind kind,
            @Nullable Resource parkedOn,
            String... models) {
        var request =
                Vendor.ask(
                        new TransferId(new UUID(ageSeconds, drawn++)), destination, kind, models);
        var submitted = NOW.minusSeconds(ageSeconds);
        return new Candidate(
                new WaitingTransfer(
                        request, submitted, submitted.plusSeconds(21_600), parkedOn, null, 0, null),
                (Resolution.Resolved) vendor.catalog().resolve(request));
    }
}
