package io.tranship.status;

import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferId;
import io.tranship.schemas.TransferStatus;
import io.tranship.simulation.World;
import java.util.ArrayList;
import java.util.List;

/// Makes a record anew from its facts, and compares it byte by byte.
final class Refold {

    private Refold() {}

    static void check(
            World world, TransferId id, List<TransferLog.Entry> log, TransferRecord record) {
        var facts = log.stream().map(TransferLog.Entry::logged).toList();
        same(world, id, record, TransferRecord.fold(facts));
        var status = TransferStatus.of(facts.stream().<TransferFact>map(LoggedFact::fact).toList());
        world.require(
                status == record.status(),
                "%s is %s by its record and %s by the fold of its facts",
                id,
                record.status(),
                status);
        var read = 1 + world.below(facts.size());
        var prefix = facts.subList(0, read);
        same(
                world,
                id,
                TransferRecord.fold(prefix),
                byBatches(world, id, doubled(world, log, read)));
        same(world, id, record, byBatches(world, id, doubled(world, log, log.size())));
    }

    /// Each fact comes again at any later place.
    private static List<TransferLog.Entry> doubled(
            World world, List<TransferLog.Entry> log, int read) {
        var again = new ArrayList<>(log.subList(0, read));
        for (var i = 0; i < 3; i++) {
            var known = world.below(again.size());
            again.add(known + 1 + world.below(again.size() - known), again.get(known));
        }
        return again;
    }

    /// As the service goes on: a new life after any batch, from the facts that decide.
    private static TransferRecord byBatches(
            World world, TransferId id, List<TransferLog.Entry> arriving) {
        var seenAt = arriving.getFirst().logged().appendedAt();
        var kept = new ArrayList<TransferLog.Entry>();
        var superseded = new ArrayList<String>();
        var log = new TransferLog(id, seenAt, List.of(), List.of());
        for (var entry : arriving) {
            if (world.chance(0.5)) {
                keep(log, kept, superseded);
                log = goOn(id, log, kept, superseded);
            }
            log.add(entry.digest(), entry.logged());
        }
        return log.record();
    }

    private static void keep(
            TransferLog log, List<TransferLog.Entry> kept, List<String> superseded) {
        kept.addAll(log.added());
        superseded.addAll(log.superseded());
    }

    private static TransferLog goOn(
            TransferId id, TransferLog log, List<TransferLog.Entry> kept, List<String> superseded) {
        return new TransferLog(
                id,
                log.record().seenAt(),
                kept.stream()
                        .filter(TransferLog.Entry::decides)
                        .filter(entry -> !superseded.contains(entry.digest()))
                        .map(entry -> new TransferLog.Kept(entry.digest(), entry.logged()))
                        .toList(),
                kept.stream().map(TransferLog.Entry::digest).toList());
    }

    private static void same(
            World world, TransferId id, TransferRecord record, TransferRecord again) {
        var first = RowCodec.write(Transfer.of(record));
        var second = RowCodec.write(Transfer.of(again));
        world.require(
                record.equals(again) && first.equals(second),
                "%s folds differently: %s, %s",
                id,
                first,
                second);
    }
}
