package io.tranship.connectors.postgres;

import java.io.IOException;
import java.io.Serial;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Set;
import javax.net.SocketFactory;

/// Sockets that connect to databases, and not to what a name in a catalog must not reach: the
/// services that cloud hosts offer to themselves on link-local addresses, credentials among them.
///
/// Looks at the address that is connected to, so that a name that means another one a moment later
/// changes nothing.
///
/// Public because the driver makes it.
public final class GuardedSockets extends SocketFactory {

    /// Metadata services that are not on a link-local address.
    private static final Set<String> METADATA = Set.of("fd00:ec2:0:0:0:0:0:254", "100.100.100.200");

    /// Nobody was asked.
    static final class Refused extends IOException {
        @Serial private static final long serialVersionUID = 1;

        Refused(InetAddress address) {
            super(address.getHostAddress());
        }
    }

    static boolean isAllowed(InetAddress address) {
        return !address.isLinkLocalAddress()
                && !address.isAnyLocalAddress()
                && !address.isMulticastAddress()
                && !METADATA.contains(address.getHostAddress());
    }

    @Override
    public Socket createSocket() {
        return new Socket() {
            @Override
            public void connect(SocketAddress endpoint, int timeout) throws IOException {
                if (endpoint instanceof InetSocketAddress at
                        && at.getAddress() != null
                        && !isAllowed(at.getAddress())) {
                    throw new Refused(at.getAddress());
                }
                super.connect(endpoint, timeout);
            }
        };
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw unused();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) {
        throw unused();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw unused();
    }

    @Override
    public Socket createSocket(InetAddress to, int port, InetAddress from, int fromPort) {
        throw unused();
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("the driver connects sockets itself");
    }
}
