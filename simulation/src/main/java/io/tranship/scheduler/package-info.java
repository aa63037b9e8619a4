/// What of scheduler-service the simulation turns by hand. In the service's package, as its core is
/// its own.
@NullMarked
package io.tranship.scheduler;

import org.jspecify.annotations.NullMarked;
