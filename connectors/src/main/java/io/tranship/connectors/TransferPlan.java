package io.tranship.connectors;

import io.tranship.schemas.RunId;
import io.tranship.schemas.WorkOrder;

/// All that one run needs, so that it asks nobody.
///
/// @param run drawn by the launcher; the fence at the destination knows the run by it
public record TransferPlan(
        WorkOrder order, RunId run, Credentials credentials, TransferSettings settings) {}
