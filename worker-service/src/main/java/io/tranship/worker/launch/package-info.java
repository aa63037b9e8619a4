/// The launcher: takes work orders and starts one runner for each.
@NullMarked
package io.tranship.worker.launch;

import org.jspecify.annotations.NullMarked;
