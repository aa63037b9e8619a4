package io.tranship.benchmarks;

import java.io.IOException;

/// Signals to processes that this program started.
final class Signals {

    private Signals() {}

    static void send(long pid, String signal) throws IOException, InterruptedException {
        var code = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
        if (code != 0) {
            throw new IOException("process %d took no %s".formatted(pid, signal));
        }
    }
}
