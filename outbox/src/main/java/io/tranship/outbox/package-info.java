/// The one correct edge between Kafka and PostgreSQL: at least once everywhere, effect exactly
/// once.
///
/// Consume with [Inbox], publish with [Outbox]; the relay runs by itself. Knows nothing about what
/// the records say.
@NullMarked
package io.tranship.outbox;

import org.jspecify.annotations.NullMarked;
