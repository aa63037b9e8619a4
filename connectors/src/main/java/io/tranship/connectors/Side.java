package io.tranship.connectors;

/// Which end of a transfer, as errors name it.
public enum Side {
    SOURCE,
    DESTINATION
}
