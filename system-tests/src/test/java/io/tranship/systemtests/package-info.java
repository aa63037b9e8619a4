/// The whole system as real processes: what users are promised, and what survives a kill.
@NullMarked
package io.tranship.systemtests;

import org.jspecify.annotations.NullMarked;
