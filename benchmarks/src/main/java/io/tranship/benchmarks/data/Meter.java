package io.tranship.benchmarks.data;

import io.tranship.benchmarks.Cpu;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/// Times one turn, and counts what it costs both servers and the client.
final class Meter {

    private static final double NANOS_PER_SECOND = 1e9;

    /// A server's process that served a client ends behind it, and is counted for its server once
    /// that has taken notice.
    private static final long NOTICE_MILLIS = 100;

    private final Cpu source;
    private final Cpu destination;
    private final DoubleSupplier client;
    private final double sourceBefore;
    private final double destinationBefore;
    private final double clientBefore;
    private final long began;

    private Meter(DataStand stand, DoubleSupplier client) {
        this.source = stand.sourceCpu();
        this.destination = stand.destinationCpu();
        this.client = client;
        this.sourceBefore = source.seconds();
        this.destinationBefore = destination.seconds();
        this.clientBefore = client.getAsDouble();
        this.began = System.nanoTime();
    }

    /// @param client processor seconds of the client so far
    static Meter begin(DataStand stand, DoubleSupplier client) {
        return new Meter(stand, client);
    }

    Taken end() {
        return end(secondsSoFar(), 0);
    }

    private double secondsSoFar() {
        return (System.nanoTime() - began) / NANOS_PER_SECOND;
    }

    /// For programs, whose connections end with them.
    Taken endOfPrograms(double peakMegabytes) throws InterruptedException {
        var seconds = secondsSoFar();
        TimeUnit.MILLISECONDS.sleep(NOTICE_MILLIS);
        return end(seconds, peakMegabytes);
    }

    /// @param seconds by another clock than this one's
    Taken end(double seconds, double peakMegabytes) {
        return new Taken(
                seconds,
                client.getAsDouble() - clientBefore,
                source.seconds() - sourceBefore,
                destination.seconds() - destinationBefore,
                peakMegabytes);
    }
}
