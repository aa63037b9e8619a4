package io.tranship.schemas;

/// A secret as the catalog keeps it: a reference, or sealed under the fleet key. Never the plain
/// value.
public sealed interface Secret {

    /// The environment variable `name` of the process that connects.
    record Env(String name) implements Secret {}

    /// The file at `path` on the host of the process that connects; one trailing line break is not
    /// part of it.
    record File(String path) implements Secret {}

    /// Encrypted with [FleetKey].
    record Sealed(String ciphertext) implements Secret {
        @Override
        public String toString() {
            return "Sealed[…]";
        }
    }
}
