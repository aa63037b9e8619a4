/// The canonical record of every transfer: a fold of the facts in its log.
///
/// Follow a fact: `TransfersConsumer` decodes it, `TransferLog` folds it into the `TransferRecord`,
/// `RecordStore` keeps both, `TransferResource` shows the `Transfer`. `SweepLoop` says what only
/// time can tell: expired, not started, orphaned.
@NullMarked
package io.tranship.status;

import org.jspecify.annotations.NullMarked;
