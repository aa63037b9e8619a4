/// The concurrency ledger: who may run, in what order, how many at once.
///
/// Follow a request: `RequestsConsumer` takes it in, `AdmissionLoop` asks `Admission` who may run
/// and writes what it decided, `TransfersConsumer` gives slots back when a run ends.
@NullMarked
package io.tranship.dispatch;

import org.jspecify.annotations.NullMarked;
