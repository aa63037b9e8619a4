/// The control plane in virtual time: one thread, one seed, no sleeps.
@NullMarked
package io.tranship.simulation;

import org.jspecify.annotations.NullMarked;
