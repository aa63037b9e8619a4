package io.tranship.dispatch;

import io.tranship.schemas.TransferKind;

/// Something of which there is only so much: what slots are numbered by, and what a transfer waits
/// for.
record Resource(String name) {

    /// Room on live launchers.
    static final Resource FLEET = new Resource("fleet");

    /// Not a limit: the catalog copy lacks something that the request names.
    static final Resource CATALOG = new Resource("catalog");

    static Resource source(String id) {
        return new Resource("source:" + id);
    }

    static Resource destination(String id) {
        return new Resource("destination:" + id);
    }

    /// One model at one destination.
    static Resource model(String destinationId, String model) {
        return new Resource("model:%s/%s".formatted(destinationId, model));
    }

    /// Leave to run `kind` at a destination. Named by kind, so that all who wait in one line are
    /// free to go, or not, together.
    static Resource mode(String destinationId, TransferKind kind) {
        return new Resource("mode:%s/%s".formatted(destinationId, kind));
    }

    /// Whether transfers to several destinations compete for it.
    boolean isShared() {
        return equals(FLEET) || name.startsWith("source:");
    }

    @Override
    public String toString() {
        return name;
    }
}
