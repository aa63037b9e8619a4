package io.tranship.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Ports of the loopback.
public final class Ports {

    private static final int LOWEST = 15_000;
    private static final int BELOW = 30_000;
    private static final int TRIES = 200;
    private static final Random RANDOM = new SecureRandom();
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /// Free a moment ago, and below the ports that systems give to outgoing connections: one of
    /// those would take it before the server does, or while the server is away.
    public static int free() {
        for (var tries = 0; tries < TRIES; tries++) {
            var port = RANDOM.nextInt(LOWEST, BELOW);
            if (GIVEN.add(port) && isFree(port)) {
                return port;
            }
        }
        throw new ServerException(
                "no port of the loopback from %d to %d is free".formatted(LOWEST, BELOW - 1));
    }

    private static boolean isFree(int port) {
        try {
            bind(port);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// @throws ServerException when something listens on `port`; it names `user`, which wanted it
    public static void requireFree(int port, String user) {
        try {
            bind(port);
        } catch (IOException e) {
            throw new ServerException(
                    "port %d, wanted for %s, is taken; stop what listens there or choose another base with --port-base"
                            .formatted(port, user),
                    e);
        }
    }

    private static void bind(int port) throws IOException {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
        }
    }
}
