package io.tranship.simulation;

import io.tranship.schemas.CatalogRecord;
import io.tranship.schemas.RequestCodec;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferKind;
import io.tranship.schemas.TransferRequest;
import io.tranship.schemas.UndecodableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/// Nobody starves: whoever waited past the bound is not overtaken by somebody who did not.
///
/// Of those past the bound the oldest that waits for a resource counts; who comes after it may have
/// to let it go first.
final class FairnessWatch {

    private final World world;
    private final Database database;
    private final Map<String, CatalogRecord> catalog;

    /// One that waits past the bound, and all that it needs.
    private record Aged(
            TransferId id, TransferKind kind, String destination, Set<String> resources) {}

    /// @param catalog the ledger's copy, as it changes
    FairnessWatch(World world, Database database, Map<String, CatalogRecord> catalog) {
        this.world = world;
        this.database = database;
        this.catalog = catalog;
    }

    /// @param held how many held a resource, without those that were dispatched just now and had
    ///   not waited past the bound
    /// @param kinds what ran at a destination, without these
    void nobodyWasOvertaken(
            ToIntFunction<String> limit,
            ToIntFunction<String> held,
            Function<String, Set<TransferKind>> kinds) {
        var before = new TreeSet<String>();
        var all = aged();
        for (var aged : all) {
            var isOldest = aged.resources().stream().noneMatch(before::contains);
            before.addAll(aged.resources());
            if (isOldest
                    && !isShut(aged, all)
                    && kinds.apply(aged.destination()).stream().allMatch(aged.kind()::equals)
                    && aged.resources().stream()
                            .allMatch(each -> held.applyAsInt(each) < limit.applyAsInt(each))) {
                throw world.violated(
                        "%s waited past the bound, could have run, and others were dispatched: %s",
                        aged.id(), all);
            }
        }
    }

    /// An integrity job past the bound lets nothing else begin at its destination.
    private static boolean isShut(Aged aged, List<Aged> all) {
        return aged.kind() != TransferKind.INTEGRITY
                && all.stream()
                        .anyMatch(other ->
                                other.kind() == TransferKind.INTEGRITY
                                        && other.destination().equals(aged.destination()));
    }

    /// The oldest first.
    private List<Aged> aged() {
        var now = world.instant();
        var aged = new ArrayList<Aged>();
        for (var row :
                database.rows(
                        """
                        select encode(request, 'hex') from queue
                        where parked_on <> 'catalog' and submitted_at < '%s' and expires_at > '%s'
                        order by submitted_at, transfer_id
                        """
                                .formatted(
                                        sql(now.minus(Settings.WAIT_BOUND)),
                                        sql(now.plus(Settings.CLOSING))))) {
            try {
                var request = RequestCodec.decode(HexFormat.of().parseHex((String) row[0]), null);
                if (catalog.containsKey("destination:" + request.destination())) {
                    aged.add(aged(request));
                }
            } catch (UndecodableException e) {
                throw new AssertionError(e);
            }
        }
        return aged;
    }

    private static String sql(Instant time) {
        return time.toString();
    }

    private Aged aged(TransferRequest request) {
        var destination = request.destination();
        var resources = new TreeSet<String>();
        resources.add("destination:" + destination);
        for (var entry : catalog.values()) {
            if (entry instanceof CatalogRecord.Model model
                    && (request.models().isEmpty() || request.models().contains(model.name()))) {
                resources.add("model:%s/%s".formatted(destination, model.name()));
                resources.add("source:" + model.source());
            }
        }
        resources.add("fleet");
        return new Aged(request.transferId(), request.kind(), destination, resources);
    }
}
