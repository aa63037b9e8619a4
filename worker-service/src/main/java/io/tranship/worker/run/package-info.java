/// The runner: one process that runs one transfer, reports, and exits.
///
/// A plain `main`. It is told everything over standard input, so nothing about a transfer stands in
/// its arguments or its environment. No framework is on its class path.
@NullMarked
package io.tranship.worker.run;

import org.jspecify.annotations.NullMarked;
