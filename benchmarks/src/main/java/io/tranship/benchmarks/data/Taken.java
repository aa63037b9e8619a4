package io.tranship.benchmarks.data;

/// What one turn took.
///
/// @param client processor seconds of what stands between the two servers
/// @param peakMegabytes resident memory of the client at its most; 0 where it is the benchmark's
///   own process
record Taken(
        double seconds, double client, double source, double destination, double peakMegabytes) {}
