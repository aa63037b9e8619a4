package io.tranship.simulation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;

/// What happened, as a hash over all of it and the last lines of it.
final class Trace {

    private static final int LINES_MAX = Integer.getInteger("sim.lines", 60);

    private final MessageDigest digest;
    private final ArrayDeque<String> last = new ArrayDeque<>();
    private long lines;

    Trace() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    void add(Instant at, String what) {
        var line = at + " " + what;
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        lines++;
        last.addLast(line);
        if (last.size() > LINES_MAX) {
            last.removeFirst();
        }
    }

    long lines() {
        return lines;
    }

    List<String> last() {
        return List.copyOf(last);
    }

    /// Once, at the end.
    String hash() {
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }
}
