package io.tranship.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// Ports of the loopback.
public final class Ports {

    private Ports() {}

    /// Free a moment ago; somebody else may take it.
    public static int free() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new ServerException("no port of the loopback is free", e);
        }
    }

    /// @throws ServerException when something listens on `port`; it names `user`, which wanted it
    public static void requireFree(int port, String user) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
        } catch (IOException e) {
            throw new ServerException(
                    "port %d, wanted for %s, is taken; stop what listens there or choose another base with --port-base"
                            .formatted(port, user),
                    e);
        }
    }
}
