/// The `tranship` command: the whole system on one machine, and a client of a running one.
@NullMarked
package io.tranship.cli;

import org.jspecify.annotations.NullMarked;
