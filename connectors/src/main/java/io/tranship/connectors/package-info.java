/// Moving rows: what one transfer does between its sources and its destination.
///
/// Plain Java. No Kafka, no Quarkus, no scheduling; a vendor's words stay in its own package.
@NullMarked
package io.tranship.connectors;

import org.jspecify.annotations.NullMarked;
