package io.tranship.scheduler;

import io.tranship.scheduler.DueTransfers.Failed;

/// A full refresh of one model that failed, and stays owed until one succeeds.
///
/// @param consent as it was given with the one that failed
record OwedRefresh(String model, Consent consent, Failed failed) {

    /// What the sender agreed to.
    record Consent(boolean acceptShrink, boolean adopt) {
        static final Consent NONE = new Consent(false, false);
    }
}
