/// A real Kafka broker and a real PostgreSQL as child processes, for `tranship up` and for every
/// test.
@NullMarked
package io.tranship.servers;

import org.jspecify.annotations.NullMarked;
