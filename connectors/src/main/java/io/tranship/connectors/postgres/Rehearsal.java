package io.tranship.connectors.postgres;

import io.tranship.connectors.TransferSettings;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Secret;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// A connection to nobody, made before there is a transfer: most of what a process's first
/// connection takes is the driver getting ready, SCRAM with its thousands of rounds (RFC 7677)
/// included, and that need not wait for an address.
///
/// The other end is a socket of this process on the loopback. It lets one client in, as a server
/// with passwords would (PostgreSQL's protocol 3.0, message flow, start-up), and hangs up.
public final class Rehearsal {

    static final String PASSWORD = "rehearsal";

    private static final int PATIENCE_MILLIS = 2_000;
    private static final int ITERATIONS = 4096;
    private static final int SALT_BYTES = 16;

    // Kinds of authentication messages.
    private static final int AUTHENTICATED = 0;
    private static final int MECHANISMS = 10;
    private static final int GO_ON = 11;
    private static final int ENDED = 12;

    private Rehearsal() {}

    /// @return whether it was let in; if not, the first connection is only slower
    public static boolean run() {
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
            PostgresDriver.connect(nobody, PASSWORD, "rehearsal", TransferSettings.DEFAULTS)
                    .close();
            return true;
        } catch (IOException | SQLException _) {
            return false;
        }
    }

    /// @param patience milliseconds in which the client must say something
    static void letIn(ServerSocket server, int patience) {
        try (Socket client = server.accept()) {
            client.setSoTimeout(patience);
            var in = new DataInputStream(client.getInputStream());
            in.readNBytes(in.readInt() - Integer.BYTES);
            authenticate(in, client.getOutputStream());
            var welcome = new ByteArrayOutputStream();
            authentication(welcome, AUTHENTICATED, "");
            parameter(welcome, "server_version", "18.0");
            parameter(welcome, "server_encoding", "UTF8");
            parameter(welcome, "client_encoding", "UTF8");
            parameter(welcome, "DateStyle", "ISO, MDY");
            parameter(welcome, "TimeZone", "UTC");
            parameter(welcome, "integer_datetimes", "on");
            parameter(welcome, "standard_conforming_strings", "on");
            message(welcome, 'K', new byte[2 * Integer.BYTES]);
            message(welcome, 'Z', new byte[] {'I'});
            client.getOutputStream().write(welcome.toByteArray());
            // Until it hangs up.
            in.skipNBytes(Long.MAX_VALUE);
        } catch (IOException _) {
            // The other end sees it too.
        }
    }

    /// The server's part of SCRAM (RFC 5802), for whoever knows [#PASSWORD]: deriving the key is
    /// what takes long.
    private static void authenticate(DataInputStream in, OutputStream out) throws IOException {
        authentication(out, MECHANISMS, "SCRAM-SHA-256\0\0");
        var clientFirst = said(in);
        var bare = clientFirst.substring(clientFirst.indexOf("n=", clientFirst.indexOf(",,")));
        var nonce = bare.substring(bare.indexOf("r="));
        var serverFirst =
                "%srehearsal,s=%s,i=%d".formatted(nonce, base64(new byte[SALT_BYTES]), ITERATIONS);
        authentication(out, GO_ON, serverFirst);
        var clientFinal = said(in);
        var withoutProof = clientFinal.substring(0, clientFinal.lastIndexOf(",p="));
        var signature = signature(String.join(",", bare, serverFirst, withoutProof));
        authentication(out, ENDED, "v=" + base64(signature));
    }

    private static byte[] signature(String exchange) {
        try {
            var key =
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(
                                    new PBEKeySpec(
                                            PASSWORD.toCharArray(),
                                            new byte[SALT_BYTES],
                                            ITERATIONS,
                                            256));
            return hmac(hmac(key.getEncoded(), "Server Key"), exchange);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK knows no SCRAM-SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /// The body of the client's next message.
    private static String said(DataInputStream in) throws IOException {
        in.readByte();
        return new String(in.readNBytes(in.readInt() - Integer.BYTES), StandardCharsets.UTF_8);
    }

    private static void authentication(OutputStream out, int kind, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        message(
                out,
                'R',
                ByteBuffer.allocate(Integer.BYTES + bytes.length).putInt(kind).put(bytes).array());
    }

    private static void parameter(OutputStream out, String name, String value) throws IOException {
        message(out, 'S', (name + '\0' + value + '\0').getBytes(StandardCharsets.US_ASCII));
    }

    /// In one piece, as the client acknowledges late what comes in several.
    private static void message(OutputStream out, char type, byte[] body) throws IOException {
        var length = Integer.BYTES + body.length;
        out.write(
                ByteBuffer.allocate(1 + length).put((byte) type).putInt(length).put(body).array());
    }
}
