/// The catalog and when a transfer is due.
///
/// Follow a save: `…Resource` reads the body, [Drafts] says what it means, [CatalogPlan] what it
/// changes, [EndpointProbe] whether the databases agree, [CatalogPublisher] writes and publishes
/// it. Follow the schedule: [DueLoop] turns, [DueTransfers] says who is due.
@NullMarked
package io.tranship.scheduler;

import org.jspecify.annotations.NullMarked;
