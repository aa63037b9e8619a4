/// Launchers and runners of the simulation around the worker's own core.
@NullMarked
package io.tranship.worker.launch;

import org.jspecify.annotations.NullMarked;
