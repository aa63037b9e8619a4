/// The runner's lease for the simulation.
@NullMarked
package io.tranship.worker.run;

import org.jspecify.annotations.NullMarked;
