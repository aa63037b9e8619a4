/// What of dispatch-service the simulation turns by hand. In the service's package, as its ledger
/// is its own.
@NullMarked
package io.tranship.dispatch;

import org.jspecify.annotations.NullMarked;
