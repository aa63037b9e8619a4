package io.tranship.connectors.postgres;

import io.tranship.connectors.TransferSettings;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Secret;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// A connection to nobody, made before there is a transfer: most of what a process's first
/// connection takes is the driver getting ready, and that need not wait for an address. So does the
/// derivation of a SCRAM key (RFC 7677), whose thousands of rounds run compiled from then on.
///
/// The other end is a socket of this process on the loopback. It lets one client in, as a server
/// that trusts everybody would (PostgreSQL's protocol 3.0, message flow, start-up), and hangs up.
public final class Rehearsal {

    private static final int PATIENCE_MILLIS = 2_000;

    private Rehearsal() {}

    /// @return whether it was let in; if not, the first connection is only slower
    public static boolean run() {
        deriveKey();
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(PATIENCE_MILLIS);
            Thread.ofPlatform()
                    .name("rehearsal")
                    .daemon()
                    .start(() -> letIn(server, PATIENCE_MILLIS));
            var nobody =
                    new Endpoint.Postgres(
                            server.getInetAddress().getHostAddress(),
                            server.getLocalPort(),
                            "rehearsal",
                            "rehearsal",
                            "rehearsal",
                            new Secret.Env("REHEARSAL"),
                            Endpoint.Postgres.SslMode.DISABLE,
                            null);
            PostgresDriver.connect(nobody, "", "rehearsal", TransferSettings.DEFAULTS).close();
            return true;
        } catch (IOException | SQLException _) {
            return false;
        }
    }

    private static void deriveKey() {
        try {
            SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(
                            new PBEKeySpec("rehearsal".toCharArray(), new byte[16], 4096, 256));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK derives no SCRAM keys", e);
        }
    }

    /// @param patience milliseconds in which the client must say something
    static void letIn(ServerSocket server, int patience) {
        try (Socket client = server.accept()) {
            client.setSoTimeout(patience);
            var in = new DataInputStream(client.getInputStream());
            in.readNBytes(in.readInt() - Integer.BYTES);
            var welcome = new ByteArrayOutputStream();
            var out = new DataOutputStream(welcome);
            message(out, 'R', new byte[Integer.BYTES]);
            parameter(out, "server_version", "18.0");
            parameter(out, "server_encoding", "UTF8");
            parameter(out, "client_encoding", "UTF8");
            parameter(out, "DateStyle", "ISO, MDY");
            parameter(out, "TimeZone", "UTC");
            parameter(out, "integer_datetimes", "on");
            parameter(out, "standard_conforming_strings", "on");
            message(out, 'K', new byte[2 * Integer.BYTES]);
            message(out, 'Z', new byte[] {'I'});
            client.getOutputStream().write(welcome.toByteArray());
            // Until it hangs up.
            in.skipNBytes(Long.MAX_VALUE);
        } catch (IOException _) {
            // The other end sees it too.
        }
    }

    private static void parameter(DataOutputStream out, String name, String value)
            throws IOException {
        message(out, 'S', (name + '\0' + value + '\0').getBytes(StandardCharsets.US_ASCII));
    }

    private static void message(DataOutputStream out, char type, byte[] body) throws IOException {
        out.writeByte(type);
        out.writeInt(Integer.BYTES + body.length);
        out.write(body);
    }
}
